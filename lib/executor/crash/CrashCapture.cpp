//===- CrashCapture.cpp - What a crash report is made of ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/crash/CrashCapture.h"
#include "executor/base/Libc.h"
#include "executor/crash/AbortMessage.h"
#include "executor/crash/CurrentException.h"
#include "executor/loader/BuildId.h"
#include "executor/loader/LoadedObject.h"
#include "executor/machine/Machine.h"
#include "executor/unwind/StackWalk.h"

#include <algorithm>
#include <cstring>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

using wire::CrashRecorder;
using wire::CrashReport;

namespace {

constexpr unsigned MostFrames = 128, MostModules = 64;

uintptr_t MainThread = 0;
uint32_t Process = 0;
ExecutorAddr StackLimit;

/// The system's number of the calling thread, without a system call: a mutex
/// that counts remembers its owner.
uint32_t threadNumber() {
  pthread_mutex_t Mine = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  if (libc.pthread_mutex_trylock(&Mine) != 0)
    return 0;
  return static_cast<uint32_t>(Mine.__data.__owner);
}

/// The stack of the main thread ends where the limit says, counted from where
/// the kernel put the program's name, its first word.
ExecutorAddr stackLimit() {
  uint64_t Start = ::getauxval(AT_EXECFN);
  rlimit Limit;
  if (Start == 0 || ::getrlimit(RLIMIT_STACK, &Limit) != 0 ||
      Limit.rlim_cur >= Start)
    return {};
  return ExecutorAddr(Start - Limit.rlim_cur);
}

/// Each library is told once.
class ModuleNumbers {
public:
  uint32_t numberOf(uint64_t Pc, CrashRecorder &Report) {
    LoadedObject Object = loadedObjectAt(Pc);
    if (!Object.Path)
      return 0;
    // Not by their bases: all that are linked for their place have base 0.
    for (unsigned I = 0; I != Count; ++I)
      if (Starts[I] == Object.Start)
        return I + 1;
    if (Count == MostModules)
      return 0;
    uint32_t Number = Report.module({ExecutorAddr(Object.Base), Object.Path,
                                     buildIdOf(Object.Start, Object.Base)});
    if (Number != 0)
      Starts[Count++] = Object.Start;
    return Number;
  }

private:
  const uint8_t *Starts[MostModules];
  unsigned Count = 0;
};

CrashReport::Death howItDied(const siginfo_t &Info, const void *Context) {
  CrashReport::Death Cause;
  Cause.Signal = static_cast<uint32_t>(Info.si_signo);
  Cause.Code = Info.si_code;
  bool IsFault = Info.si_code > 0;
  bool IsAccess = Info.si_signo == SIGSEGV || Info.si_signo == SIGBUS;
  if (IsFault)
    Cause.Address = ExecutorAddr(faultPlace(Info, Context).Address);
  else if (Info.si_code == SI_USER || Info.si_code == SI_TKILL ||
           Info.si_code == SI_QUEUE)
    Cause.Sender = static_cast<uint32_t>(Info.si_pid);
  if (IsFault && IsAccess)
    Cause.Tried = faultAccess(Info, Context);
  Cause.Process = Process;
  Cause.Thread = threadNumber();
  Cause.IsMainThread = threadPointer() == MainThread;
  Cause.StackPointer =
      ExecutorAddr(interruptedRegisters(Context).stackPointer());
  Cause.StackLimit = Cause.IsMainThread ? StackLimit : ExecutorAddr();
  return Cause;
}

/// From the byte before \p Pc on, but from no other page: it may not be there.
void recordInstruction(uint64_t Pc, CrashRecorder &Report) {
  constexpr size_t Before = CrashReport::BytesBeforePc, PageSize = 4096;
  uint8_t Bytes[16] = {};
  size_t InPage = PageSize - Pc % PageSize;
  size_t Size = std::min(InPage, sizeof(Bytes) - Before);
  auto *Code = reinterpret_cast<const uint8_t *>(static_cast<uintptr_t>(Pc));
  std::memcpy(Bytes + Before, Code, Size);
  if (Pc % PageSize >= Before)
    std::memcpy(Bytes, Code - Before, Before);
  Report.instruction({Bytes, Before + Size});
}

/// Follows the stack; returns whether std::terminate() is on it.
bool recordFrames(const RegisterFile &Start, CrashRecorder &Report) {
  bool IsTerminating = false;
  ModuleNumbers Modules;
  StackWalk Walk(Start);
  for (unsigned Count = 0; Count != MostFrames; ++Count) {
    uint32_t Module = Modules.numberOf(Walk.pc(), Report);
    Report.frame({ExecutorAddr(Walk.pc()), Walk.isExact(), Module});
    IsTerminating |= isInTerminate(Walk.pc());
    if (!Walk.goToCaller())
      return IsTerminating;
  }
  Report.moreFrames();
  return IsTerminating;
}

void recordException(bool IsTerminating, CrashRecorder &Report) {
  CurrentException Current = currentException();
  if (!Current.TypeName)
    return;
  CrashReport::Exception Thrown;
  Thrown.IsUncaught = IsTerminating;
  Thrown.TypeName = Current.TypeName;
  // libstdc++'s own return what the exception has. Any other could do anything:
  // wait for ever for a lock that the thread holds, malloc's at the least. What
  // libstdc++ prints when it terminates a program has its text as well.
  if (Current.Object && isOfExceptionRuntime(Current.whatFunction()))
    if (const char *What = Current.what())
      Thrown.What = What;
  Report.exception(Thrown);
}

} // namespace

void prepareCapture() {
  // By syscall(2), which the handler needs bound: the dynamic linker would use
  // the thread pointer.
  Process = static_cast<uint32_t>(::syscall(SYS_getpid));
  // In an application, another thread may be the first to ask.
  if (::syscall(SYS_gettid) == static_cast<long>(Process))
    MainThread = threadPointer();
  StackLimit = stackLimit();
}

void captureCrash(std::span<uint8_t> Memory, const siginfo_t &Info,
                  const void *Context) {
  CrashRecorder Report(Memory);
  CrashReport::Death Cause = howItDied(Info, Context);
  Report.begin(Cause);
  uint64_t Values[ReportedRegisterCount];
  reportedRegisters(Context, Values);
  Report.registers(Values);
  RegisterFile Start = interruptedRegisters(Context);
  Start.Values[ProgramCounterRegister] = faultPlace(Info, Context).Instruction;
  // Where code could not be fetched, it cannot be read.
  if (Cause.Tried != CrashReport::Access::Execute)
    recordInstruction(Start.pc(), Report);
  bool IsTerminating = recordFrames(Start, Report);
  if (Info.si_signo == SIGABRT) {
    recordException(IsTerminating, Report);
    if (std::string_view Message = abortMessage(); !Message.empty())
      Report.message(Message);
  }
  Report.complete();
}

} // namespace remoterun::executor

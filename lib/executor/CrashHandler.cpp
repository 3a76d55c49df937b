//===- CrashHandler.cpp - The guest's last words --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/CrashHandler.h"
#include "executor/CrashCapture.h"
#include "executor/MachineContext.h"

#include <atomic>
#include <csetjmp>
#include <cstdint>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

constexpr int CrashSignals[] = {SIGSEGV, SIGBUS,  SIGILL,
                                SIGFPE,  SIGABRT, SIGTRAP};

std::span<uint8_t> ReportMemory;

/// A page that a forked child finds zeroed, and the stack behind it.
struct OwnPages {
  static constexpr size_t StackSize = 64 * 1024, FlagSize = 4096;
  alignas(FlagSize) bool IsGuest;
  alignas(FlagSize) char Stack[StackSize];
};
OwnPages *Pages = nullptr;
bool HasCrashStack = false;

/// The thread pointer of who is writing the report.
std::atomic<void *> Capturing = nullptr;
jmp_buf GiveUp;

/// The signal's default action follows when the handler returns: a fault
/// happens again, anything else is sent again. SA_RESETHAND has made room.
void endBy(int Signal, const siginfo_t &Info) {
  bool HappensAgain = Info.si_code > 0 && Signal != SIGTRAP;
  if (!HappensAgain)
    ::syscall(SYS_tgkill, ::getpid(), ::syscall(SYS_gettid), Signal);
}

void onCrash(int Signal, siginfo_t *Info, void *Context) {
  allowMisalignedAccess();
  void *Self = __builtin_thread_pointer(), *Nobody = nullptr;
  if (!Capturing.compare_exchange_strong(Nobody, Self)) {
    // A fault while the report was being written: what there is must do.
    if (Nobody == Self)
      ::_longjmp(GiveUp, 1);
    return endBy(Signal, *Info);
  }
  // In a forked child, the report would be taken for the guest's.
  if (Pages->IsGuest && ::_setjmp(GiveUp) == 0)
    captureCrash(ReportMemory, *Info, Context);
  endBy(Signal, *Info);
}

} // namespace

void useCrashMemory(const transport::Descriptor &File) {
  if (!File.isOpen())
    return;
  void *Shared = ::mmap(nullptr, wire::CrashMemorySize, PROT_READ | PROT_WRITE,
                        MAP_SHARED, File.get(), 0);
  if (Shared == MAP_FAILED)
    return;
  void *Own = ::mmap(nullptr, sizeof(OwnPages), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Own == MAP_FAILED ||
      ::madvise(Own, OwnPages::FlagSize, MADV_WIPEONFORK) != 0) {
    ::munmap(Shared, wire::CrashMemorySize);
    return;
  }
  Pages = static_cast<OwnPages *>(Own);
  ReportMemory = {static_cast<uint8_t *>(Shared), wire::CrashMemorySize};
}

void installCrashHandler() {
  if (!Pages)
    return;
  Pages->IsGuest = true;
  prepareCapture();
  stack_t Stack = {};
  Stack.ss_sp = Pages->Stack;
  Stack.ss_size = OwnPages::StackSize;
  HasCrashStack = ::sigaltstack(&Stack, nullptr) == 0;
  for (int Signal : CrashSignals) {
    struct sigaction Inherited;
    if (::sigaction(Signal, nullptr, &Inherited) == 0 &&
        Inherited.sa_handler == SIG_DFL)
      standInFor(Signal);
  }
}

bool isCrashSignal(int Signal) {
  for (int Known : CrashSignals)
    if (Known == Signal)
      return true;
  return false;
}

bool isCrashHandler(const struct sigaction &Action) {
  return (Action.sa_flags & SA_SIGINFO) && Action.sa_sigaction == onCrash;
}

void standInFor(int Signal) {
  if (!Pages)
    return;
  struct sigaction Action = {};
  Action.sa_sigaction = onCrash;
  // Without a stack of ours, the handler runs on the thread's.
  Action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
  // Nothing else happens meanwhile, but for what the report itself may do.
  sigfillset(&Action.sa_mask);
  for (int Known : CrashSignals)
    sigdelset(&Action.sa_mask, Known);
  ::sigaction(Signal, &Action, nullptr);
}

bool isCrashStack(const stack_t &Stack) {
  return Pages && Stack.ss_sp == Pages->Stack;
}

void withdrawCrashStack() {
  if (!HasCrashStack)
    return;
  stack_t Current;
  if (::sigaltstack(nullptr, &Current) != 0 || !isCrashStack(Current))
    return;
  stack_t None = {};
  None.ss_flags = SS_DISABLE;
  if (::sigaltstack(&None, nullptr) == 0)
    HasCrashStack = false;
}

} // namespace remoterun::executor

//===- CrashHandler.cpp - The guest's last words --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/crash/CrashHandler.h"
#include "executor/crash/AbortMessage.h"
#include "executor/crash/CrashCapture.h"
#include "executor/crash/CurrentException.h"
#include "executor/machine/Machine.h"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <utility>

namespace remoterun::executor {

namespace {

constexpr int CrashSignals[] = {SIGSEGV, SIGBUS,  SIGILL,
                                SIGFPE,  SIGABRT, SIGTRAP};

std::span<uint8_t> ReportMemory;
void (*Teller)(std::span<const uint8_t> Report) = nullptr;
bool HasTold = false;

/// In every byte of a mask. sigfillset(3) leaves out libc's own, by which a
/// thread is cancelled.
constexpr int AllSignals = 0xff;
/// Of a mask in a signal frame, behind which other things lie.
constexpr size_t KernelMaskSize = _NSIG / 8;

/// The main thread's alternate stack, with nothing below it; the stack on which
/// a report is written, because there may be little left of the thread's; and a
/// page that a forked child finds zeroed.
struct OwnPages {
  /// As large as a main thread's: a library's handler may come to run on it.
  static constexpr size_t StackSize = 8 << 20, PageSize = 4096,
                          WritingStackSize = 64 * 1024;
  alignas(PageSize) char Guard[PageSize];
  alignas(PageSize) char Stack[StackSize];
  alignas(PageSize) char WritingStack[WritingStackSize];
  alignas(PageSize) bool IsGuest;
};
OwnPages *Pages = nullptr;

/// Whether somebody writes a report. Not all processors exchange bytes.
std::atomic<int> Capturing = 0;
/// Of which the report is.
std::atomic<int> Reported = 0;

/// Sends \p Signal to this thread, to be the first thing that happens when the
/// handler returns.
void sendAgain(int Signal, void *Context) {
  sigset_t &Blocked = static_cast<ucontext_t *>(Context)->uc_sigmask;
  std::memset(&Blocked, AllSignals, KernelMaskSize);
  sigdelset(&Blocked, Signal);
  ::syscall(SYS_tgkill, ::syscall(SYS_getpid), ::syscall(SYS_gettid), Signal);
}

/// The signal's default action follows when the handler returns: a fault
/// happens again, anything else is sent again. SA_RESETHAND has made room. A
/// fault needs no system call, which a filter might answer with another signal.
void endBy(int Signal, const siginfo_t &Info, void *Context) {
  if (!happensAgain(Info, Context))
    return sendAgain(Signal, Context);
  // What came meanwhile must not be first. (A fault that is blocked has its
  // default action, too; but qemu-user tries for ever to deliver a SIGBUS.)
  sigset_t &Blocked = static_cast<ucontext_t *>(Context)->uc_sigmask;
  std::memset(&Blocked, AllSignals, KernelMaskSize);
  sigdelset(&Blocked, Signal);
}

/// Whether what \p Context interrupted is the writing of a report. (Not by the
/// thread's pointer: that register may be what is broken.)
bool isOnWritingStack(const void *Context) {
  uint64_t Start = reinterpret_cast<uintptr_t>(Pages->WritingStack);
  return interruptedRegisters(Context).stackPointer() - Start <=
         OwnPages::WritingStackSize;
}

/// Once: telling may crash, too.
void tell() {
  if (Teller && !std::exchange(HasTold, true))
    Teller(wire::usedPartOf(ReportMemory));
}

struct Crash {
  const siginfo_t &Info;
  const void *Context;
};

void writeReport(void *Argument) {
  const auto &Seen = *static_cast<const Crash *>(Argument);
  captureCrash(ReportMemory, Seen.Info, Seen.Context);
  tell();
}

void onCrash(int Signal, siginfo_t *Info, void *Context) {
  allowMisalignedAccess();
  if (Capturing.exchange(1)) {
    // A fault while the report was being written: what there is must do. Where
    // that went on may be overwritten: an alternate stack is used from its top
    // again.
    if (isOnWritingStack(Context)) {
      tell();
      sendAgain(Reported, Context);
    } else
      endBy(Signal, *Info, Context);
    return;
  }
  Reported = Signal;
  Crash Seen = {*Info, Context};
  // In a forked child, the report would be taken for the guest's. One that
  // shares our memory (vfork(2)) writes one that the guest's own replaces.
  if (Pages->IsGuest)
    callOnStack(writeReport, &Seen,
                Pages->WritingStack + OwnPages::WritingStackSize);
  Capturing = 0;
  endBy(Signal, *Info, Context);
}

} // namespace

/// With mmap(2)'s \p Kind of \p File.
static void useMemory(int File, int Kind) {
  void *Memory = ::mmap(nullptr, wire::CrashMemorySize, PROT_READ | PROT_WRITE,
                        Kind, File, 0);
  if (Memory == MAP_FAILED)
    return;
  void *Own = ::mmap(nullptr, sizeof(OwnPages), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Own == MAP_FAILED ||
      ::mprotect(Own, OwnPages::PageSize, PROT_NONE) != 0 ||
      ::madvise(&static_cast<OwnPages *>(Own)->IsGuest, OwnPages::PageSize,
                MADV_WIPEONFORK) != 0) {
    ::munmap(Memory, wire::CrashMemorySize);
    if (Own != MAP_FAILED)
      ::munmap(Own, sizeof(OwnPages));
    return;
  }
  Pages = static_cast<OwnPages *>(Own);
  ReportMemory = {static_cast<uint8_t *>(Memory), wire::CrashMemorySize};
}

void useCrashMemory(const transport::Descriptor &File) {
  if (File.isOpen())
    useMemory(File.get(), MAP_SHARED);
}

bool hasCrashMemory() { return Pages != nullptr; }

void tellOfCrashes(void (*Tell)(std::span<const uint8_t> Report)) {
  if (!Pages)
    useMemory(-1, MAP_PRIVATE | MAP_ANONYMOUS);
  Teller = Tell;
}

void prepareCrashHandler() {
  if (Pages)
    prepareCapture();
}

void installCrashHandler() {
  if (!Pages)
    return;
  Pages->IsGuest = true;
  findExceptionRuntime();
  findAbortMessage();
  stack_t Stack = {};
  Stack.ss_sp = Pages->Stack;
  Stack.ss_size = OwnPages::StackSize;
  // A library may have set one, for handlers of its own.
  stack_t Before;
  if (::sigaltstack(nullptr, &Before) == 0 && (Before.ss_flags & SS_DISABLE))
    ::sigaltstack(&Stack, nullptr);
  for (int Signal : CrashSignals) {
    struct sigaction Inherited;
    if (::sigaction(Signal, nullptr, &Inherited) == 0 &&
        Inherited.sa_handler == SIG_DFL)
      standInFor(Signal);
  }
}

void completeCrashHandler() {
  if (Pages)
    findExceptionVariables();
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
  // Nothing else happens meanwhile, but for what the report itself may do. Zero
  // behind the kernel's part, because qemu-riscv64 7.2 takes that for the mask.
  std::memset(&Action.sa_mask, AllSignals, KernelMaskSize);
  for (int Known : CrashSignals)
    sigdelset(&Action.sa_mask, Known);
  ::sigaction(Signal, &Action, nullptr);
}

bool isCrashStack(const stack_t &Stack) {
  return Pages && Stack.ss_sp == Pages->Stack;
}

void withdrawCrashStack() {
  stack_t Current;
  if (::sigaltstack(nullptr, &Current) != 0 || !isCrashStack(Current))
    return;
  stack_t None = {};
  None.ss_flags = SS_DISABLE;
  ::sigaltstack(&None, nullptr);
}

} // namespace remoterun::executor

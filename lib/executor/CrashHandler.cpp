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
#include <cstdint>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

constexpr int CrashSignals[] = {SIGSEGV, SIGBUS,  SIGILL,
                                SIGFPE,  SIGABRT, SIGTRAP};

std::span<uint8_t> ReportMemory;

/// A stack with nothing below it, and above it a page that a forked child finds
/// zeroed.
struct OwnPages {
  /// As large as a main thread's: a library's handler may come to run on it.
  static constexpr size_t StackSize = 8 << 20, PageSize = 4096;
  alignas(PageSize) char Guard[PageSize];
  alignas(PageSize) char Stack[StackSize];
  alignas(PageSize) bool IsGuest;
};
OwnPages *Pages = nullptr;

/// Where the handler that is writing the report has its frame; 0 for nobody.
/// (Not its thread's pointer: that register may be what is broken.)
std::atomic<uintptr_t> Capturing = 0;
/// For the compiler's own jump, which needs nothing but these words.
void *GiveUp[5];

/// The signal's default action follows when the handler returns: a fault
/// happens again, anything else is sent again. SA_RESETHAND has made room. A
/// fault needs no system call, which a filter might answer with another signal.
void endBy(int Signal, const siginfo_t &Info, void *Context) {
  bool IsSentAgain = !happensAgain(Info, Context);
  // What came meanwhile must not be first. A fault that is blocked has its
  // default action nevertheless.
  sigset_t &Blocked = static_cast<ucontext_t *>(Context)->uc_sigmask;
  sigfillset(&Blocked);
  if (!IsSentAgain)
    return;
  sigdelset(&Blocked, Signal);
  ::syscall(SYS_tgkill, ::syscall(SYS_getpid), ::syscall(SYS_gettid), Signal);
}

/// Whether what \p Context interrupted is a handler with its frame at \p Frame.
bool isInHandler(uintptr_t Frame, const void *Context) {
  constexpr uintptr_t LargestHandler = 64 * 1024;
  return Frame - interruptedRegisters(Context).stackPointer() < LargestHandler;
}

/// Comes back, whatever happens.
[[gnu::noinline]] void capture(const siginfo_t &Info, const void *Context) {
  if (__builtin_setjmp(GiveUp) == 0)
    captureCrash(ReportMemory, Info, Context);
}

void onCrash(int Signal, siginfo_t *Info, void *Context) {
  allowMisalignedAccess();
  uintptr_t Nobody = 0;
  auto Frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  if (!Capturing.compare_exchange_strong(Nobody, Frame)) {
    // A fault while the report was being written: what there is must do.
    if (isInHandler(Nobody, Context))
      __builtin_longjmp(GiveUp, 1);
    return endBy(Signal, *Info, Context);
  }
  // In a forked child, the report would be taken for the guest's. One that
  // shares our memory (vfork(2)) writes one that the guest's own replaces.
  if (Pages->IsGuest)
    capture(*Info, Context);
  Capturing = 0;
  endBy(Signal, *Info, Context);
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
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Own == MAP_FAILED ||
      ::mprotect(Own, OwnPages::PageSize, PROT_NONE) != 0 ||
      ::madvise(&static_cast<OwnPages *>(Own)->IsGuest, OwnPages::PageSize,
                MADV_WIPEONFORK) != 0) {
    ::munmap(Shared, wire::CrashMemorySize);
    return;
  }
  Pages = static_cast<OwnPages *>(Own);
  ReportMemory = {static_cast<uint8_t *>(Shared), wire::CrashMemorySize};
}

void prepareCrashHandler() {
  if (Pages)
    prepareCapture();
}

void installCrashHandler() {
  if (!Pages)
    return;
  Pages->IsGuest = true;
  stack_t Stack = {};
  Stack.ss_sp = Pages->Stack;
  Stack.ss_size = OwnPages::StackSize;
  ::sigaltstack(&Stack, nullptr);
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
  stack_t Current;
  if (::sigaltstack(nullptr, &Current) != 0 || !isCrashStack(Current))
    return;
  stack_t None = {};
  None.ss_flags = SS_DISABLE;
  ::sigaltstack(&None, nullptr);
}

} // namespace remoterun::executor

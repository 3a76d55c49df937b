//===- CallCrash.cpp - A crash that ends a call and no process ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/open/CallCrash.h"
#include "executor/crash/AbortMessage.h"
#include "executor/crash/CrashCapture.h"
#include "executor/crash/CurrentException.h"
#include "executor/machine/Machine.h"
#include "wire/CrashReport.h"

#include <atomic>
#include <csetjmp>
#include <csignal>
#include <cstring>
#include <iterator>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

constexpr int CrashSignals[] = {SIGSEGV, SIGBUS,  SIGILL,
                                SIGFPE,  SIGABRT, SIGTRAP};

/// A call that a thread is in.
struct GuardedCall {
  sigjmp_buf Start;
  ByteBuffer *Report;
  GuardedCall *Outer;
  bool HasCrashed;
};

// Initial exec would need room that a library loaded later may not have, and
// anything else may allocate in the handler: who is in a call has touched it.
thread_local GuardedCall *Current = nullptr;

/// One thread walks its stack at a time; others may crash meanwhile. A whole
/// word: RISC-V exchanges nothing smaller without libatomic.
std::atomic<int> Walking = 0;

void beginWalk() {
  while (Walking.exchange(1) != 0)
    ::sched_yield();
}

struct sigaction Before[std::size(CrashSignals)];

const struct sigaction &actionBefore(int Signal) {
  size_t I = 0;
  while (CrashSignals[I] != Signal)
    ++I;
  return Before[I];
}

/// What would have happened without us.
void passOn(int Signal, siginfo_t *Info, void *Context) {
  const struct sigaction &Action = actionBefore(Signal);
  if (Action.sa_flags & SA_SIGINFO)
    return Action.sa_sigaction(Signal, Info, Context);
  if (Action.sa_handler != SIG_DFL && Action.sa_handler != SIG_IGN)
    return Action.sa_handler(Signal);
  if (Action.sa_handler == SIG_IGN && !happensAgain(*Info, Context))
    return;
  ::sigaction(Signal, &Action, nullptr);
  // A fault happens again when we return.
  if (!happensAgain(*Info, Context))
    ::syscall(SYS_tgkill, ::getpid(), ::syscall(SYS_gettid), Signal);
}

void onCrash(int Signal, siginfo_t *Info, void *Context) {
  GuardedCall *Call = Current;
  // Sent by somebody else, it is for the application.
  bool IsOurs = Call && (Info->si_code > 0 || Info->si_pid == ::getpid());
  if (!IsOurs)
    return passOn(Signal, Info, Context);
  // A fault while the report is written ends the report.
  if (!Call->HasCrashed) {
    beginWalk();
    Call->HasCrashed = true;
    captureCrash(Call->Report->span(), *Info, Context);
  }
  Walking = 0;
  Current = Call->Outer;
  siglongjmp(Call->Start, 1);
}

/// An overflow of the stack leaves a handler nothing to run on.
class AlternateStack {
public:
  AlternateStack() {
    stack_t Present;
    if (::sigaltstack(nullptr, &Present) != 0 ||
        !(Present.ss_flags & SS_DISABLE))
      return;
    Memory = ::mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (Memory == MAP_FAILED) {
      Memory = nullptr;
      return;
    }
    stack_t Ours = {};
    Ours.ss_sp = Memory;
    Ours.ss_size = Size;
    ::sigaltstack(&Ours, nullptr);
  }
  AlternateStack(const AlternateStack &) = delete;
  AlternateStack &operator=(const AlternateStack &) = delete;
  ~AlternateStack() {
    if (!Memory)
      return;
    stack_t None = {};
    None.ss_flags = SS_DISABLE;
    ::sigaltstack(&None, nullptr);
    ::munmap(Memory, Size);
  }

private:
  static constexpr size_t Size = 256 * 1024;
  void *Memory = nullptr;
};

} // namespace

void installCallCrashHandler() {
  static std::atomic<int> Installed = 0;
  if (Installed.exchange(1) != 0)
    return;
  prepareCapture();
  findExceptionRuntime();
  findAbortMessage();
  for (size_t I = 0; I != std::size(CrashSignals); ++I) {
    struct sigaction Action = {};
    Action.sa_sigaction = onCrash;
    Action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&Action.sa_mask);
    ::sigaction(CrashSignals[I], &Action, &Before[I]);
  }
}

bool runGuarded(void (*Function)(void *), void *Argument, ByteBuffer &Report) {
  AlternateStack Stack;
  GuardedCall Call;
  Report.resize(wire::CrashMemorySize);
  std::memset(Report.data(), 0, Report.size());
  Call.Report = &Report;
  Call.Outer = Current;
  Call.HasCrashed = false;
  if (sigsetjmp(Call.Start, /*savesigs=*/1) != 0)
    return false;
  Current = &Call;
  Function(Argument);
  Current = Call.Outer;
  Report.clear();
  return true;
}

} // namespace remoterun::executor

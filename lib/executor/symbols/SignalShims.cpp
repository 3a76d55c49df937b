//===- SignalShims.cpp - libc functions that tell of signals --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/SignalShims.h"
#include "executor/base/ParentTie.h"
#include "executor/crash/CrashHandler.h"
#include "executor/symbols/OwnFileShims.h"
#include "executor/symbols/ParentShims.h"
#include "executor/symbols/PrivilegeShims.h"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

// The guest may use what is deprecated.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace remoterun::executor {

namespace {

using Action = struct sigaction;
using Handler = void (*)(int);

/// What the guest believes to be installed where our handler is: its default
/// action, with the flags and the mask that came with it.
Action Believed[NSIG];

/// Our handler gives way to what the guest believes.
void uncover(int Signal) {
  Action Current;
  if (::sigaction(Signal, nullptr, &Current) == 0 && isCrashHandler(Current))
    ::sigaction(Signal, &Believed[Signal], nullptr);
}

/// After the guest may have installed the default action.
void cover(int Signal) {
  Action Current;
  if (::sigaction(Signal, nullptr, &Current) != 0 ||
      Current.sa_handler != SIG_DFL)
    return;
  Believed[Signal] = Current;
  standInFor(Signal);
}

/// A handler of these kinds could find our stack: it runs on it, or is told of
/// it (uc_stack).
bool couldSeeCrashStack(const Action &New) {
  return New.sa_handler != SIG_DFL && New.sa_handler != SIG_IGN &&
         (New.sa_flags & (SA_ONSTACK | SA_SIGINFO));
}

int sigactionForGuest(int Signal, const Action *New, Action *Old) {
  if (New && couldSeeCrashStack(*New))
    withdrawCrashStack();
  if (!isCrashSignal(Signal))
    return ::sigaction(Signal, New, Old);
  bool IsDefault = New && New->sa_handler == SIG_DFL;
  Action Before;
  if (int Failed = ::sigaction(Signal, New, &Before))
    return Failed;
  if (isCrashHandler(Before))
    Before = Believed[Signal];
  if (IsDefault)
    cover(Signal);
  if (Old)
    *Old = Before;
  return 0;
}

/// The family of signal(2), which differ in what they give the kernel.
template <Handler (*Real)(int, Handler)>
Handler signalForGuest(int Signal, Handler New) {
  if (!isCrashSignal(Signal))
    return Real(Signal, New);
  // sigset(3) installs nothing for SIG_HOLD, and tells of it.
  uncover(Signal);
  Handler Before = Real(Signal, New);
  int Error = errno;
  cover(Signal);
  errno = Error;
  return Before;
}

int siginterruptForGuest(int Signal, int Flag) {
  if (!isCrashSignal(Signal))
    return ::siginterrupt(Signal, Flag);
  uncover(Signal);
  int Result = ::siginterrupt(Signal, Flag);
  cover(Signal);
  return Result;
}

int sigaltstackForGuest(const stack_t *New, stack_t *Old) {
  if (int Failed = ::sigaltstack(New, Old))
    return Failed;
  if (Old && isCrashStack(*Old)) {
    // What a thread without one is told.
    std::memset(Old, 0, sizeof(*Old));
    Old->ss_flags = SS_DISABLE;
  }
  return 0;
}

/// syscall(2) passes six arguments on, whatever there are.
long syscallForGuest(long Number, long A, long B, long C, long D, long E,
                     long F) {
  if (Number == SYS_sigaltstack)
    return sigaltstackForGuest(reinterpret_cast<const stack_t *>(A),
                               reinterpret_cast<stack_t *>(B));
  if (Number == SYS_getppid)
    return parentForGuest();
  if (concernsOwnFile(Number))
    return callForOwnFile(Number, A, B, C, D, E);
  if (changesPrivileges(Number)) {
    ParentTieGuard Guard;
    return ::syscall(Number, A, B, C, D, E, F);
  }
  if (Number != SYS_rt_sigaction)
    return ::syscall(Number, A, B, C, D, E, F);
  auto Signal = static_cast<int>(A);
  if (!isCrashSignal(Signal))
    return ::syscall(Number, A, B, C, D, E, F);
  uncover(Signal);
  long Result = ::syscall(Number, A, B, C, D, E, F);
  int Error = errno;
  cover(Signal);
  errno = Error;
  return Result;
}

const Shim Shims[] = {
    REMOTERUN_SHIM("sigaction", &sigactionForGuest, &::sigaction),
    REMOTERUN_SHIM("__sigaction", &sigactionForGuest, &::sigaction),
    REMOTERUN_SHIM("signal", &signalForGuest<::signal>, &::signal),
    REMOTERUN_SHIM("bsd_signal", &signalForGuest<::signal>, &::signal),
    REMOTERUN_SHIM("ssignal", &signalForGuest<::signal>, &::signal),
    REMOTERUN_SHIM("sysv_signal", &signalForGuest<::sysv_signal>,
                   &::sysv_signal),
    REMOTERUN_SHIM("__sysv_signal", &signalForGuest<::sysv_signal>,
                   &::sysv_signal),
    REMOTERUN_SHIM("sigset", &signalForGuest<::sigset>, &::sigset),
    REMOTERUN_SHIM("siginterrupt", &siginterruptForGuest, &::siginterrupt),
    REMOTERUN_SHIM("sigaltstack", &sigaltstackForGuest, &::sigaltstack),
    REMOTERUN_SHIM("syscall", &syscallForGuest, &::syscall),
};

} // namespace

std::span<const Shim> signalShims() { return Shims; }

} // namespace remoterun::executor

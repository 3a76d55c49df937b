//===- SignalDeath.cpp - To end as the program ended ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/SignalDeath.h"

#include <csignal>
#include <cstdint>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// By signal(7), those whose default action stops a process, or does nothing.
bool endsNobody(int Signal) {
  switch (Signal) {
  case SIGCHLD:
  case SIGCONT:
  case SIGSTOP:
  case SIGTSTP:
  case SIGTTIN:
  case SIGTTOU:
  case SIGURG:
  case SIGWINCH:
    return true;
  default:
    return Signal < 1 || Signal > SIGRTMAX;
  }
}

} // namespace

void dieOf(int Signal) {
  if (!endsNobody(Signal)) {
    rlimit NoCore = {0, 0};
    ::setrlimit(RLIMIT_CORE, &NoCore);
    // The limit alone does not keep a core from a program that collects them
    // (core(5), "Piping core dumps to a program").
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // The kernel's own calls: libc's refuse the signals that it keeps for
    // itself, of which a program may die, too. Of the action nothing is
    // another number than 0, SIG_DFL included.
    constexpr uintptr_t DefaultAction[8] = {};
    const uint64_t Only = uint64_t(1) << (Signal - 1);
    ::syscall(SYS_rt_sigaction, Signal, DefaultAction, nullptr, sizeof(Only));
    ::syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &Only, nullptr, sizeof(Only));
    ::syscall(SYS_tgkill, ::getpid(), ::gettid(), Signal);
  }
  ::_exit(128 + Signal);
}

} // namespace remoterun::controller

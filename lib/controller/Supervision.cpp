//===- Supervision.cpp - Between the guest and the shell ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/Supervision.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

constexpr int Forwarded[] = {SIGINT,  SIGTERM, SIGHUP,
                             SIGQUIT, SIGUSR1, SIGUSR2};

/// Blocks what supervision waits for, for as long as it lives.
class SupervisionSignals {
public:
  SupervisionSignals() {
    sigemptyset(&Set);
    for (int Signal : Forwarded)
      sigaddset(&Set, Signal);
    sigaddset(&Set, SIGCHLD);
    sigaddset(&Set, SIGCONT);
    pthread_sigmask(SIG_BLOCK, &Set, &Before);
  }
  ~SupervisionSignals() { pthread_sigmask(SIG_SETMASK, &Before, nullptr); }
  SupervisionSignals(const SupervisionSignals &) = delete;
  SupervisionSignals &operator=(const SupervisionSignals &) = delete;

  /// The next signal; 0 if interrupted by one that is not in the set.
  int wait(siginfo_t &Info) const {
    int Signal = ::sigwaitinfo(&Set, &Info);
    return Signal < 0 ? 0 : Signal;
  }

  static bool isContinuePending() {
    sigset_t Pending;
    sigpending(&Pending);
    return sigismember(&Pending, SIGCONT) == 1;
  }

private:
  sigset_t Set;
  sigset_t Before;
};

/// The guest stopped: stop as well, unless we were already stopped with it and
/// have been continued since, and let it go on when we do.
void stopWith(pid_t Guest) {
  if (!SupervisionSignals::isContinuePending())
    ::raise(SIGSTOP);
  ::kill(Guest, SIGCONT);
}

} // namespace

Expected<GuestEnd> superviseGuest(ExecutorProcess &Guest) {
  SupervisionSignals Signals;
  sigset_t Sent;
  sigemptyset(&Sent);
  for (;;) {
    int Raw;
    pid_t Changed = ::waitpid(Guest.pid(), &Raw, WNOHANG | WUNTRACED);
    if (Changed < 0 && errno != EINTR)
      return Failure{Blame::Internal,
                     std::string("cannot wait for the guest: ") +
                         strerror(errno)};
    if (Changed > 0 && WIFSTOPPED(Raw)) {
      stopWith(Guest.pid());
      continue;
    }
    if (Changed > 0) {
      Guest.noteReaped();
      GuestEnd End{WaitStatus::fromRaw(Raw), false};
      End.SignalReachedUs =
          !End.Status.exited() && sigismember(&Sent, End.Status.signal()) == 1;
      return End;
    }
    siginfo_t Info = {};
    int Signal = Signals.wait(Info);
    if (Signal == 0 || Signal == SIGCHLD || Signal == SIGCONT)
      continue;
    sigaddset(&Sent, Signal);
    // The terminal driver sends to the whole foreground process group.
    if (Info.si_code != SI_KERNEL)
      ::kill(Guest.pid(), Signal);
  }
}

void dieOf(int Signal) {
  // The guest's core, if any, is the one that matters.
  rlimit NoCore = {0, 0};
  ::setrlimit(RLIMIT_CORE, &NoCore);
  ::signal(Signal, SIG_DFL);
  sigset_t Only;
  sigemptyset(&Only);
  sigaddset(&Only, Signal);
  ::raise(Signal);
  pthread_sigmask(SIG_UNBLOCK, &Only, nullptr);
}

} // namespace remoterun::controller

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

/// Left to their default actions: stopping (Ctrl-Z stops us and the guest
/// alike), and what only a fault of our own raises.
constexpr int NotWatched[] = {SIGTSTP, SIGTTIN, SIGTTOU, SIGSEGV,
                              SIGBUS,  SIGILL,  SIGFPE,  SIGTRAP};

/// Takes a pending SIGCONT; whether there was one.
bool consumeContinue() {
  sigset_t Continue;
  sigemptyset(&Continue);
  sigaddset(&Continue, SIGCONT);
  timespec Now = {0, 0};
  return ::sigtimedwait(&Continue, nullptr, &Now) == SIGCONT;
}

/// The guest stopped: stop as well, unless we were already stopped with it and
/// have been continued since, and let it go on when we do.
void stopWith(pid_t Guest) {
  if (!consumeContinue()) {
    ::raise(SIGSTOP);
    consumeContinue();
  }
  ::kill(Guest, SIGCONT);
}

/// The terminal driver sends to the whole foreground process group; and a guest
/// that signals its process group knows.
bool guestHasItToo(const siginfo_t &Info, pid_t Guest) {
  return Info.si_code == SI_KERNEL || Info.si_pid == Guest;
}

} // namespace

Supervision::Supervision() {
  sigfillset(&Watched);
  for (int Signal : NotWatched)
    sigdelset(&Watched, Signal);
  pthread_sigmask(SIG_BLOCK, &Watched, &Before);
}

Supervision::~Supervision() { pthread_sigmask(SIG_SETMASK, &Before, nullptr); }

void Supervision::drain(sigset_t &Received) const {
  timespec Now = {0, 0};
  for (int Signal; (Signal = ::sigtimedwait(&Watched, nullptr, &Now)) > 0;)
    sigaddset(&Received, Signal);
}

Expected<GuestEnd> Supervision::waitFor(ExecutorProcess &Guest) {
  sigset_t Received;
  sigemptyset(&Received);
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
      // Ctrl-C may have ended the guest and still be on its way to us; and one
      // that the guest has survived must not end us now.
      drain(Received);
      GuestEnd End{WaitStatus::fromRaw(Raw), false};
      End.SignalReachedUs = !End.Status.exited() &&
                            sigismember(&Received, End.Status.signal()) == 1;
      return End;
    }
    siginfo_t Info = {};
    int Signal = ::sigwaitinfo(&Watched, &Info);
    if (Signal < 0 || Signal == SIGCHLD || Signal == SIGCONT)
      continue;
    sigaddset(&Received, Signal);
    if (!guestHasItToo(Info, Guest.pid()))
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

//===- LentTerminal.cpp - The terminal in a launcher's hands --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/terminal/LentTerminal.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <initializer_list>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

/// For the handler.
static std::atomic<LentTerminal *> Current = nullptr;

std::unique_ptr<LentTerminal> LentTerminal::lendTo(pid_t Launcher) {
  std::unique_ptr<LentTerminal> Made(new LentTerminal(Launcher));
  if (!Made->Keyboard.isOursAlone() || !Made->Keyboard.giveTo(Launcher))
    return nullptr;
  struct sigaction Action = {};
  Action.sa_handler = onChange;
  Action.sa_flags = SA_RESTART;
  // The signals that it sends to this thread itself are acted on at once.
  sigemptyset(&Action.sa_mask);
  Current = Made.get();
  ::sigaction(SIGCHLD, &Action, &Made->Before);
  Made->startWitness();
  // It may have been stopped for asking too early.
  ::kill(-Launcher, SIGCONT);
  return Made;
}

LentTerminal::LentTerminal(pid_t Launcher) : Launcher(Launcher) {}

LentTerminal::~LentTerminal() {
  if (Current != this)
    return;
  ::sigaction(SIGCHLD, &Before, nullptr);
  Current = nullptr;
  if (Witness <= 0)
    return;
  ::kill(Witness, SIGKILL);
  while (::waitpid(Witness, nullptr, 0) < 0 && errno == EINTR)
    ;
}

/// In the child: has nothing of ours, and what stops the group is not for it.
[[noreturn]] static void beWitness(pid_t Parent, pid_t Group) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // It may have gone before that.
  if (::getppid() != Parent)
    ::_exit(0);
  ::setpgid(0, Group);
  // Or else pipes would have no end.
  auto End = static_cast<int>(std::min(::sysconf(_SC_OPEN_MAX), 1024L));
  for (int Number = 0; Number != End; ++Number)
    ::close(Number);
  rlimit NoCore = {0, 0};
  ::setrlimit(RLIMIT_CORE, &NoCore);
  sigset_t Others;
  sigfillset(&Others);
  for (int Key : {SIGINT, SIGQUIT}) {
    ::signal(Key, SIG_DFL);
    sigdelset(&Others, Key);
  }
  sigprocmask(SIG_SETMASK, &Others, nullptr);
  for (;;)
    ::pause();
}

void LentTerminal::startWitness() {
  pid_t Self = ::getpid();
  Witness = ::fork();
  if (Witness == 0)
    beWitness(Self, Launcher);
  // Whoever is first.
  ::setpgid(Witness, Launcher);
}

/// The signal of the key that has been pressed; 0 for none. It may be about to
/// arrive.
int LentTerminal::keyPressed() const {
  constexpr timespec Pause = {0, 1'000'000};
  for (int PausesLeft = 50; Witness > 0 && PausesLeft != 0; --PausesLeft) {
    siginfo_t End = {};
    if (::waitid(P_PID, static_cast<id_t>(Witness), &End,
                 WEXITED | WNOHANG | WNOWAIT) == 0 &&
        End.si_pid != 0)
      return End.si_code == CLD_EXITED ? 0 : End.si_status;
    ::nanosleep(&Pause, nullptr);
  }
  return 0;
}

/// All that it calls is async-signal-safe.
void LentTerminal::onChange(int) {
  int Error = errno;
  LentTerminal *Lent = Current;
  siginfo_t Change = {};
  // Who has ended is reaped by others.
  if (Lent &&
      ::waitid(P_PID, static_cast<id_t>(Lent->Launcher), &Change,
               WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
      Change.si_pid != 0) {
    if (Change.si_code == CLD_STOPPED)
      Lent->stopWithLauncher(Change.si_status);
    else
      Lent->noteEnd();
  }
  errno = Error;
}

void LentTerminal::noteEnd() {
  int Signal = keyPressed();
  if (Signal != SIGINT && Signal != SIGQUIT)
    return;
  Terminal::takeBack();
  ::raise(Signal);
}

void LentTerminal::stopWithLauncher(int StopSignal) {
  siginfo_t Seen;
  ::waitid(P_PID, static_cast<id_t>(Launcher), &Seen, WSTOPPED | WNOHANG);
  bool WantedKeyboard = StopSignal == SIGTTIN || StopSignal == SIGTTOU;
  // One that asked before it had the terminal need not ask again.
  if (!WantedKeyboard || !Keyboard.isGiven()) {
    Terminal::takeBack();
    // Discarded where nobody would continue us (POSIX.1-2017, 11.1.4).
    ::raise(SIGTSTP);
    // In the background it is not ours to give.
    Keyboard.giveTo(Launcher);
  }
  ::kill(-Launcher, SIGCONT);
}

} // namespace remoterun::controller

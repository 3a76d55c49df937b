//===- LentTerminal.cpp - The terminal in a launcher's hands --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/LentTerminal.h"

#include <atomic>
#include <cerrno>
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
    else if (Change.si_code != CLD_EXITED)
      Lent->passOn(Change.si_status);
  }
  errno = Error;
}

void LentTerminal::passOn(int Signal) {
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

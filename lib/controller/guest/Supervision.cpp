//===- Supervision.cpp - Between the guest and the shell ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/guest/Supervision.h"
#include "controller/guest/GuestWatcher.h"
#include "controller/process/Children.h"
#include "transport/TracedChild.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// Left to their default actions: stopping (Ctrl-Z stops us and the guest
/// alike), and what only a fault of our own raises.
constexpr int NotWatched[] = {SIGTSTP, SIGTTIN, SIGTTOU, SIGSEGV,
                              SIGBUS,  SIGILL,  SIGFPE,  SIGTRAP};

sigset_t only(int Signal) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, Signal);
  return Set;
}

/// Takes a pending SIGCONT; who has sent it, if there was one.
std::optional<pid_t> consumeContinue() {
  sigset_t Continue = only(SIGCONT);
  timespec Now = {0, 0};
  siginfo_t Info = {};
  if (::sigtimedwait(&Continue, &Info, &Now) != SIGCONT)
    return std::nullopt;
  return Info.si_pid;
}

/// Stops this process, or with \p Group its whole process group, where somebody
/// does job control and can continue it; who has done so, if it stopped.
std::optional<pid_t> stopAsJob(bool Group) {
  consumeContinue();
  sigset_t Stop = only(SIGTSTP), Before;
  ::kill(Group ? 0 : ::getpid(), SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &Stop, &Before);
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  return consumeContinue();
}

} // namespace

Supervision::Supervision(pid_t Guest, const std::optional<TimeLimit> &Limit)
    : Guest(Guest), Limit(Limit) {
  sigemptyset(&Received);
  sigfillset(&Watched);
  for (int Signal : NotWatched)
    sigdelset(&Watched, Signal);
  if (Limit) {
    // Ctrl-Z may reach us alone: it is for the guest to act on.
    sigaddset(&Watched, SIGTSTP);
    Next = Limit->End;
    Keyboard.emplace();
  }
  pthread_sigmask(SIG_BLOCK, &Watched, &Before);
  if (Keyboard && Keyboard->isOursAlone())
    Keyboard->giveTo(Guest);
}

Supervision::~Supervision() {
  // The terminal first: it may send us what is still blocked.
  Keyboard.reset();
  // What came for a guest that was gone is no longer for anybody.
  if (HasEnded)
    drain();
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
}

void Supervision::drain() {
  timespec Now = {0, 0};
  for (int Signal; (Signal = ::sigtimedwait(&Watched, nullptr, &Now)) > 0;)
    sigaddset(&Received, Signal);
}

int Supervision::awaitSignal(siginfo_t &Info, const Settling &Settled) const {
  std::optional<Deadline> Until = Settled.before(Next);
  if (!Until)
    return ::sigwaitinfo(&Watched, &Info);
  timespec Left = Until->left();
  return ::sigtimedwait(&Watched, &Info, &Left);
}

/// To the guest's group, and to the guest where it has left that.
void Supervision::signalGroup(int Signal) const {
  ::kill(-Guest, Signal);
  // It may leave and come back meanwhile; two SIGKILLs are as good as one.
  if (Signal == SIGKILL || ::getpgid(Guest) != Guest)
    ::kill(Guest, Signal);
}

void Supervision::forward(int Signal, const siginfo_t &Info) const {
  // A guest that signals its process group, or us, knows.
  if (Info.si_pid == Guest && Info.si_code != SI_KERNEL)
    return;
  if (Limit)
    signalGroup(Signal);
  // The terminal driver sends to the whole foreground process group.
  else if (Info.si_code != SI_KERNEL)
    ::kill(Guest, Signal);
}

/// The guest stopped: stop as well, unless we were already stopped with it and
/// have been continued since, and let it go on when we do.
void Supervision::stopWithGuest(int StopSignal) {
  if (Limit)
    return stopWithGroup(StopSignal);
  bool IsContinued = false;
  if (!consumeContinue()) {
    {
      GuestWatcher Alarm(Guest);
      ::raise(SIGSTOP);
      IsContinued = consumeContinue() == Alarm.process();
    }
    // Its last one, too, or the next stop would go unseen.
    consumeContinue();
  }
  // One that runs already may have been stopped again, and is to stay so.
  if (!IsContinued)
    ::kill(Guest, SIGCONT);
}

/// The same for a guest in a group of its own. Where nobody would continue us,
/// it stays as it is, and its time passes.
void Supervision::stopWithGroup(int StopSignal) {
  // Its time is over, and nobody might continue us.
  if (TimedOut)
    return;
  bool WantsKeyboard = StopSignal == SIGTTIN || StopSignal == SIGTTOU;
  bool HadKeyboard = Keyboard->isGiven();
  if (!WantsKeyboard || !Keyboard->giveTo(Guest)) {
    if (StopSignal == SIGSTOP && !HadKeyboard)
      return;
    Terminal::takeBack();
    GuestWatcher Alarm(Guest);
    std::optional<pid_t> By = stopAsJob(/*Group=*/HadKeyboard);
    if (!By)
      return;
    if (HadKeyboard || WantsKeyboard)
      Keyboard->giveTo(Guest);
    if (By == Alarm.process())
      return;
  }
  signalGroup(SIGCONT);
}

/// Ends the guest's group: with a signal that it can act on, if it is to have
/// that chance, and then with one that it cannot.
void Supervision::timeIsOver() {
  bool WasAsked = TimedOut;
  TimedOut = true;
  if (WasAsked || Limit->KillAfter.count() == 0) {
    Next.reset();
    signalGroup(SIGKILL);
    return;
  }
  Next = Deadline(Deadline::Clock::now(), Limit->KillAfter);
  signalGroup(SIGTERM);
  // It may be stopped.
  signalGroup(SIGCONT);
}

Expected<GuestEnd> Supervision::reap(ExecutorProcess &Executor) {
  // While the guest is not reaped, its number is nobody else's.
  if (TimedOut)
    ::kill(-Guest, SIGKILL);
  bool HadKeyboard = Keyboard && Keyboard->isGiven();
  Terminal::takeBack();
  int Raw;
  if (reapChild(Child::Executor, /*Wait=*/true, Raw) != Reaping::Done)
    return Failure{Blame::Internal, std::string("cannot wait for the guest: ") +
                                        strerror(errno)};
  Executor.noteReaped();
  HasEnded = true;
  GuestEnd End;
  End.Status = WaitStatus::fromRaw(Raw);
  End.TimedOut = TimedOut;
  int Signal = End.Status.exited() ? 0 : End.Status.signal();
  // Like a shell, we did not see the key, which was for the guest's group
  // alone, and pass it on to those who would have.
  if (HadKeyboard && (Signal == SIGINT || Signal == SIGQUIT))
    ::kill(0, Signal);
  // Ctrl-C may have ended the guest and still be on its way to us; and one
  // that the guest has survived must not end us now.
  drain();
  End.SignalReachedUs =
      Signal != 0 && !TimedOut && sigismember(&Received, Signal) == 1;
  return End;
}

Expected<GuestEnd> Supervision::waitFor(ExecutorProcess &Executor,
                                        Settling &Settled) {
  for (;;) {
    siginfo_t Change = {};
    if (::waitid(P_PID, static_cast<id_t>(Guest), &Change,
                 WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0 &&
        errno != EINTR)
      return Failure{Blame::Internal,
                     std::string("cannot wait for the guest: ") +
                         strerror(errno)};
    if (Change.si_pid != 0 && Change.si_code != CLD_STOPPED &&
        Change.si_code != CLD_TRAPPED)
      return reap(Executor);
    if (Change.si_pid != 0) {
      siginfo_t Seen;
      ::waitid(P_PID, static_cast<id_t>(Guest), &Seen, WSTOPPED | WNOHANG);
      if (Change.si_code == CLD_TRAPPED)
        transport::letGo(Guest, Change.si_status);
      else
        stopWithGuest(Change.si_status);
      continue;
    }
    siginfo_t Info = {};
    int Signal = awaitSignal(Info, Settled);
    bool IsTime = Signal < 0 && errno == EAGAIN;
    if (!Settled.act() && IsTime)
      timeIsOver();
    if (Signal < 0 || Signal == SIGCHLD)
      continue;
    if (Signal == SIGCONT) {
      // One that stopped by itself waits for it.
      if (Limit)
        signalGroup(SIGCONT);
      continue;
    }
    sigaddset(&Received, Signal);
    forward(Signal, Info);
  }
}

} // namespace remoterun::controller

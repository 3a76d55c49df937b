//===- Supervision.h - Between the guest and the shell ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While the guest runs, the shell's child is the controller: what the shell
// does to it, it does to the guest, and what happens to the guest the shell
// shall see.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_GUEST_SUPERVISION_H
#define REMOTERUN_CONTROLLER_GUEST_SUPERVISION_H

#include "controller/base/Deadline.h"
#include "controller/base/Settling.h"
#include "controller/base/WaitStatus.h"
#include "controller/launch/ExecutorProcess.h"
#include "controller/terminal/Terminal.h"

#include <chrono>
#include <csignal>
#include <optional>
#include <sys/resource.h>

namespace remoterun::controller {

/// How the guest ended, and whether we had a part in it.
struct GuestEnd {
  WaitStatus Status;
  /// The signal of which the guest died was sent to us as well.
  bool SignalReachedUs = false;
  /// It was asked to end, because its time was over.
  bool TimedOut = false;
  /// What it used, where the kernel did not tell us itself.
  std::optional<rusage> Usage = std::nullopt;
};

/// How long the guest may run. One that has a limit leads a process group of
/// its own (LaunchRequest::OwnGroup), which ends with it when it takes longer.
struct TimeLimit {
  Deadline End;
  /// From SIGTERM to SIGKILL; 0 for SIGKILL at once.
  std::chrono::nanoseconds KillAfter{0};
};

/// Make one before the guest is started: from its first moment the guest may do
/// things to our process group that must not end us.
///
/// While it lives, all signals that others may send are blocked in the calling
/// thread; no other thread may have them unblocked.
class Supervision {
public:
  /// \p Guest is the process that will be it.
  Supervision(pid_t Guest, const std::optional<TimeLimit> &Limit);
  ~Supervision();
  Supervision(const Supervision &) = delete;
  Supervision &operator=(const Supervision &) = delete;

  /// Waits for the guest's end. Until then signals are forwarded to it,
  /// except where the terminal or the guest itself sent them to the whole
  /// process group and the guest has them already; a guest that stops stops us,
  /// and continues with us (job control, POSIX.1-2017 XBD 11.1.2). A guest in a
  /// group of its own has the terminal where we had it and it needs it. Does
  /// what there is to do once it \p Settled.
  Expected<GuestEnd> waitFor(ExecutorProcess &Executor, Settling &Settled);

private:
  /// A signal, or -1 with errno.
  int awaitSignal(siginfo_t &Info, const Settling &Settled) const;
  void forward(int Signal, const siginfo_t &Info) const;
  void signalGroup(int Signal) const;
  void stopWithGuest(int StopSignal);
  void stopWithGroup(int StopSignal);
  void timeIsOver();
  Expected<GuestEnd> reap(ExecutorProcess &Executor);
  /// Takes what is pending, into Received.
  void drain();

  const pid_t Guest;
  std::optional<TimeLimit> Limit; ///< If it is in a group of its own.
  std::optional<Deadline> Next;   ///< When the guest gets a signal of ours.
  bool TimedOut = false;
  bool HasEnded = false;
  std::optional<Terminal> Keyboard; ///< If there is a limit.
  sigset_t Received;
  sigset_t Watched;
  sigset_t Before;
};

} // namespace remoterun::controller

#endif

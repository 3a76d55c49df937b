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

#ifndef REMOTERUN_CONTROLLER_SUPERVISION_H
#define REMOTERUN_CONTROLLER_SUPERVISION_H

#include "controller/ExecutorProcess.h"
#include "controller/WaitStatus.h"

#include <csignal>

namespace remoterun::controller {

/// How the guest ended, and whether we had a part in it.
struct GuestEnd {
  WaitStatus Status;
  /// The signal of which the guest died was sent to us as well.
  bool SignalReachedUs = false;
};

/// Make one before the guest is started: from its first moment the guest may do
/// things to our process group that must not end us.
///
/// While it lives, all signals that others may send are blocked in the calling
/// thread; no other thread may have them unblocked.
class Supervision {
public:
  Supervision();
  ~Supervision();
  Supervision(const Supervision &) = delete;
  Supervision &operator=(const Supervision &) = delete;

  /// Waits for the guest's end. Until then signals are forwarded to it,
  /// except where the terminal or the guest itself sent them to the whole
  /// process group and the guest has them already; a guest that stops stops us,
  /// and continues with us (job control, POSIX.1-2017 XBD 11.1.2).
  Expected<GuestEnd> waitFor(ExecutorProcess &Guest);

private:
  /// Takes what is pending, into \p Received.
  void drain(sigset_t &Received) const;

  sigset_t Watched;
  sigset_t Before;
};

/// Dies of \p Signal with its default action, so that a shell which asks sees
/// what it would have seen of the guest. Returns only if that failed.
void dieOf(int Signal);

} // namespace remoterun::controller

#endif

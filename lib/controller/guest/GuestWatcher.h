//===- GuestWatcher.h - Who wakes us while we are stopped -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_GUEST_GUESTWATCHER_H
#define REMOTERUN_CONTROLLER_GUEST_GUESTWATCHER_H

#include <sys/types.h>

namespace remoterun::controller {

/// When the guest stops, we stop with it, so that the shell sees it. Somebody
/// may continue the guest alone, though, and a stopped process notices nothing:
/// while this lives, a child process looks at the guest and sends us SIGCONT
/// when it runs again, or is gone. Where there can be no child, nobody does.
class GuestWatcher {
public:
  explicit GuestWatcher(pid_t Guest);
  ~GuestWatcher();
  GuestWatcher(const GuestWatcher &) = delete;
  GuestWatcher &operator=(const GuestWatcher &) = delete;

  /// The child: a SIGCONT of its tells that the guest runs already.
  pid_t process() const { return Child; }

private:
  pid_t Child;
};

} // namespace remoterun::controller

#endif

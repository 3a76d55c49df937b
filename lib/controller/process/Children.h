//===- Children.h - Processes that we have to answer for --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The children that this process has at any time, so that whoever ends it in
// haste (the watchdog on its own thread, a signal handler) leaves none behind,
// and kills no number that has become somebody else's.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_CHILDREN_H
#define REMOTERUN_CONTROLLER_PROCESS_CHILDREN_H

#include <csignal>
#include <functional>
#include <optional>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/types.h>

namespace remoterun::controller {

/// There is at most one of each.
enum class Child { Executor, Filter };

/// posix_spawn(3), with our signal mask. There is no moment at which a child
/// exists and is not known: meanwhile no signal handler runs on this thread,
/// and endChildren() on another waits.
/// \p OwnGroup: its process group is its own, and to be killed with it.
/// 0 or errno.
int startChild(Child Which, const char *Path,
               const posix_spawn_file_actions_t &Actions, bool OwnGroup,
               char **Arguments, char **Environment, pid_t &Pid);

/// The same for a child that \p Start starts in another way, with the given
/// signal mask. Where that fails, which it says by errno's value, there is
/// none.
int startChildBy(Child Which, bool OwnGroup,
                 const std::function<int(const sigset_t &, pid_t &)> &Start,
                 pid_t &Pid);

enum class Reaping {
  StillRuns,
  Done,
  Failed, ///< errno says why.
};

/// Reaps a child that was noted; \p Raw becomes its wait status. Where
/// endChildren() on another thread was faster, this does not return: the
/// process is about to end.
Reaping reapChild(Child Which, bool Wait, int &Raw);

/// What the last child of this kind has used, and those of its own children
/// that it waited for, once it is reaped.
std::optional<rusage> usageOfChild(Child Which);

/// Asks endChildren() to hang up first, on this child, by closing \p Writer,
/// our end of the pipe that it reads from, and to give it a second to end by
/// itself: one that has made something elsewhere then clears it away. \p Writer
/// may be closed, and its number be another file's, at any time.
void endByHangup(Child Which, int Writer);

/// Kills what is left and reaps it, for a process that is about to end.
/// Async-signal-safe.
void endChildren();

} // namespace remoterun::controller

#endif

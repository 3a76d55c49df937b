//===- ParentTie.h - No life without the controller -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever ends the controller ends the executor, and the guest that it
// becomes: the kernel sends a signal when the parent ends (PR_SET_PDEATHSIG,
// prctl(2)). It forgets that when a process changes its user or its rights, as
// a server does that gives up root's.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_PARENTTIE_H
#define REMOTERUN_EXECUTOR_BASE_PARENTTIE_H

namespace remoterun::executor {

/// Ties this process to its parent, for as long as the calling thread lives.
void tieToParent();

/// For a process whose parent need not be who needs it.
void untieFromParent();

/// Before the calling thread executes a file: of a process that is tied, it is
/// the thread that the tie is to last for. Async-signal-safe.
void tieThread();

/// Around what may change the user or the rights: ties the process again
/// afterwards, if it was tied before. Not in a forked child, which never is.
/// Keeps errno; async-signal-safe.
class ParentTieGuard {
public:
  ParentTieGuard();
  ~ParentTieGuard();
  ParentTieGuard(const ParentTieGuard &) = delete;
  ParentTieGuard &operator=(const ParentTieGuard &) = delete;

private:
  bool WasTied;
};

} // namespace remoterun::executor

#endif

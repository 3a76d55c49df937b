//===- ParentTie.cpp - No life without the controller ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/ParentTie.h"

#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

pid_t Parent = 0, Tied = 0;

bool isTied() {
  int Signal = 0;
  return ::prctl(PR_GET_PDEATHSIG, &Signal, 0, 0, 0) == 0 && Signal == SIGKILL;
}

} // namespace

void tieToParent() {
  Parent = ::getppid();
  Tied = ::getpid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

void untieFromParent() { ::prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0); }

void tieThread() {
  // Not the main thread, and not in a forked child.
  if (::getpid() != Tied || ::syscall(SYS_gettid) == Tied)
    return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != Parent)
    ::syscall(SYS_kill, Tied, SIGKILL);
}

ParentTieGuard::ParentTieGuard() : WasTied(isTied()) {}

ParentTieGuard::~ParentTieGuard() {
  int Error = errno;
  if (WasTied && !isTied()) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // It may have ended in between.
    if (::getppid() != Parent)
      ::syscall(SYS_kill, ::syscall(SYS_getpid), SIGKILL);
  }
  errno = Error;
}

} // namespace remoterun::executor

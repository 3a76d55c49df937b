//===- SigpipeGuard.cpp - Writing without SIGPIPE -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/SigpipeGuard.h"

#include <cerrno>
#include <ctime>

namespace remoterun::transport {

SigpipeGuard::SigpipeGuard() {
  sigemptyset(&Sigpipe);
  sigaddset(&Sigpipe, SIGPIPE);
  sigset_t Pending;
  sigpending(&Pending);
  WasPending = sigismember(&Pending, SIGPIPE) == 1;
  // pthread_sigmask(3) by the name that each version of libc has it by; on
  // Linux, both are about the calling thread.
  sigprocmask(SIG_BLOCK, &Sigpipe, &Before);
}

SigpipeGuard::~SigpipeGuard() {
  int SavedErrno = errno;
  // One that was pending before is not ours to consume.
  timespec Now = {0, 0};
  if (Raised && !WasPending)
    while (sigtimedwait(&Sigpipe, nullptr, &Now) < 0 && errno == EINTR)
      ;
  sigprocmask(SIG_SETMASK, &Before, nullptr);
  errno = SavedErrno;
}

} // namespace remoterun::transport

//===- SigpipeGuard.h - Writing without SIGPIPE -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TRANSPORT_SIGPIPEGUARD_H
#define REMOTERUN_TRANSPORT_SIGPIPEGUARD_H

#include <csignal>

namespace remoterun::transport {

/// Keeps SIGPIPE from this thread while it writes. A pipe knows no
/// MSG_NOSIGNAL, and a library has no business changing the process's
/// disposition.
class SigpipeGuard {
public:
  SigpipeGuard();
  ~SigpipeGuard();
  SigpipeGuard(const SigpipeGuard &) = delete;
  SigpipeGuard &operator=(const SigpipeGuard &) = delete;

  /// To be told after EPIPE.
  void noteBrokenPipe() { Raised = true; }

private:
  sigset_t Sigpipe;
  sigset_t Before;
  bool WasPending = false;
  bool Raised = false;
};

} // namespace remoterun::transport

#endif

//===- PeerProcess.h - Who serves an open session ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A controller in a library has no process of its own to arrange: it changes no
// signal's disposition, and starts a peer beside others. Or it is given two
// descriptors, and somebody else knows who is behind them.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_PEERPROCESS_H
#define REMOTERUN_CONTROLLER_LAUNCH_PEERPROCESS_H

#include "controller/base/WaitStatus.h"
#include "controller/crash/CrashMemory.h"
#include "remote-run/Failure.h"
#include "transport/FrameChannel.h"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace remoterun::controller {

struct PeerRequest {
  /// The command and its arguments; the first word is searched for in PATH.
  std::vector<std::string> Command;
  /// "NAME=VALUE", in place of what it would inherit.
  std::vector<std::string> Environment;
  /// The session goes over its standard input and output: for what passes no
  /// other descriptors on, as ssh(1).
  bool OverStandardStreams = false;
  int PatienceMs = 10000; ///< For a byte of an answer that has begun.
};

/// Owns the process, if it started one.
class PeerProcess {
public:
  static Expected<PeerProcess> launch(const PeerRequest &Request);
  /// Takes both descriptors, which may be the same socket.
  static Expected<PeerProcess> attachTo(int In, int Out);

  PeerProcess(PeerProcess &&Other) noexcept;
  PeerProcess &operator=(PeerProcess &&Other) noexcept;
  /// Hangs up. Whom it has started has then two seconds to end, and is killed.
  ~PeerProcess();

  transport::FrameChannel &channel() { return Channel; }
  const CrashMemory &crashMemory() const { return Crash; }
  /// 0 where there is none of ours.
  pid_t pid() const { return Pid; }
  /// For diagnostics: "executor './game'".
  const std::string &name() const { return Name; }

  /// How it ended, if it does within \p Milliseconds, or has already.
  std::optional<WaitStatus> waitFor(int Milliseconds);

  /// Kills whom we have started, if there still is.
  void kill();

private:
  PeerProcess(std::string Name, transport::Descriptor In,
              transport::Descriptor Out, int PatienceMs);

  std::string Name;
  transport::FrameChannel Channel;
  CrashMemory Crash;
  pid_t Pid = 0;
  std::optional<WaitStatus> Ended;
};

} // namespace remoterun::controller

#endif

//===- ForwardedStart.h - What a supervisor is told first -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_FORWARDEDSTART_H
#define REMOTERUN_CONTROLLER_LAUNCH_FORWARDEDSTART_H

#include "controller/launch/LaunchRequest.h"
#include "controller/launch/StubUpload.h"
#include "transport/FrameChannel.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::controller {

/// Brings a launcher that was started in the forwarded manner to where the
/// executor says Hello.
class ForwardedStart {
public:
  static Expected<ForwardedStart> plan(const LaunchRequest &Request);

  /// What the launcher shall start: a supervisor, or a shell that will.
  const std::vector<std::string> &command() const { return Command; }

  /// Sends what can be sent at once, and does not wait. That nobody is there is
  /// found when Hello does not come.
  void begin(transport::FrameChannel &Channel);
  /// The rest, which takes answers; each within \p PatienceMs.
  Expected<void> finish(transport::FrameChannel &Channel, int PatienceMs);

private:
  std::vector<std::string> Command;
  std::optional<StubUpload> Upload;
  ByteBuffer Start; ///< Encoded.
};

} // namespace remoterun::controller

#endif

//===- Replies.h - What several threads tell the controller -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_REPLIES_H
#define REMOTERUN_EXECUTOR_OPEN_REPLIES_H

#include "executor/base/Failure.h"
#include "executor/open/Mutex.h"
#include "transport/FrameChannel.h"
#include "wire/Fields.h"

namespace remoterun::executor {

/// The sending half of a session's channel. Thread-safe.
class Replies {
public:
  explicit Replies(transport::FrameChannel &Channel) : Channel(Channel) {}

  /// A failure where the controller is gone, which its other half sees as well.
  template <typename MessageT> Expected<void> send(const MessageT &Message) {
    ByteBuffer Encoded;
    wire::encode(Message, Encoded);
    Locked Only(Sending);
    if (auto Sent = Channel.send(MessageT::Type, Encoded.span()); !Sent)
      return failure("the controller hung up");
    return {};
  }

  /// Sends the last words of a process that dies, unless somebody is in the
  /// middle of something else for long. Nothing is sent after it.
  /// Async-signal-safe.
  void sendLast(wire::MessageType Type, std::span<const uint8_t> Payload);

private:
  transport::FrameChannel &Channel;
  Mutex Sending;
};

} // namespace remoterun::executor

#endif

//===- ControllerLine.h - What the controller says, and is told -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_CONTROLLERLINE_H
#define REMOTERUN_EXECUTOR_BASE_CONTROLLERLINE_H

#include "executor/base/Failure.h"
#include "transport/FrameChannel.h"
#include "wire/Fields.h"

#include <cstdint>
#include <span>
#include <utility>

namespace remoterun::executor {

/// Typed messages over the channel of a session, one payload at a time.
class ControllerLine {
public:
  explicit ControllerLine(transport::FrameChannel &Channel)
      : Channel(Channel) {}

  Expected<wire::FrameHeader> receiveHeader() {
    auto Header = Channel.receiveHeader();
    return Header ? Expected<wire::FrameHeader>(*Header) : lost(Header.error());
  }
  /// So many bytes of a payload, in place of those before.
  Expected<void> receivePayload(uint64_t Size) {
    Payload.resize(Size);
    return receiveTo(Payload.span());
  }
  Expected<void> receiveTo(std::span<uint8_t> Target) {
    if (auto Read = Channel.receivePayload(Target); !Read)
      return lost(Read.error());
    return {};
  }
  std::span<const uint8_t> payload() const { return Payload.span(); }

  /// The message that the payload is, with views of it.
  template <typename MessageT> Expected<MessageT> decoded() const {
    auto Message = wire::decode<MessageT>(Payload.span());
    if (!Message)
      return failure("protocol error: the controller sent %s",
                     Message.error().Why);
    return std::move(*Message);
  }

  template <typename MessageT> Expected<void> reply(const MessageT &Message) {
    ByteBuffer Encoded;
    wire::encode(Message, Encoded);
    if (auto Sent = Channel.send(MessageT::Type, Encoded.span()); !Sent)
      return lost(Sent.error());
    return {};
  }

private:
  /// The controller is gone, or no longer makes sense: there may be nobody to
  /// tell.
  static Failure lost(const transport::ChannelError &Error) {
    if (Error.What == transport::ChannelError::Kind::Malformed)
      return failure("protocol error: the controller sent %s", Error.Why);
    Failure Gone = failure("the controller hung up");
    Gone.IsHangup = true;
    return Gone;
  }

  transport::FrameChannel &Channel;
  ByteBuffer Payload;
};

} // namespace remoterun::executor

#endif

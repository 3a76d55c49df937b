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
#include "wire/Messages.h"

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
  /// Where the bytes of a Write go, whose payload is of \p PayloadSize; they
  /// come next.
  Expected<ExecutorRange> receiveTarget(uint64_t PayloadSize) {
    if (PayloadSize < wire::Write::HeaderSize)
      return failure("protocol error: a Write without an address");
    if (auto Read = receivePayload(wire::Write::HeaderSize); !Read)
      return Read.error();
    auto Request = decoded<wire::Write>();
    if (!Request)
      return Request.error();
    return ExecutorRange{Request->Start, PayloadSize - wire::Write::HeaderSize};
  }
  /// Gives them to \p Use, with the address of each piece: not all at once,
  /// since most of what comes may stay in the processor's cache.
  template <typename UseT>
  Expected<void> receivePieces(ExecutorRange Target, UseT Use) {
    constexpr uint64_t PieceSize = 128 * 1024;
    while (Target.Size != 0) {
      uint64_t Size = Target.Size < PieceSize ? Target.Size : PieceSize;
      if (auto Read = receivePayload(Size); !Read)
        return Read;
      if (Expected<void> Used = Use(Target.Start, payload()); !Used)
        return Used;
      Target = {Target.Start + Size, Target.Size - Size};
    }
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

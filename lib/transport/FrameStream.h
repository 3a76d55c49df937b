//===- FrameStream.h - Frames for who has more to do than wait --*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A FrameChannel waits for whole frames. Who carries standard streams beside
// them waits for many things at once, by poll(2): this takes what has arrived
// and sends what there is room for, and never waits.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TRANSPORT_FRAMESTREAM_H
#define REMOTERUN_TRANSPORT_FRAMESTREAM_H

#include "transport/ByteQueue.h"
#include "transport/FrameChannel.h"

#include <optional>

namespace remoterun::transport {

/// Not thread-safe. Raises no SIGPIPE.
class FrameStream {
public:
  /// Goes on with the descriptors of \p Channel, which become non-blocking. A
  /// payload of more than \p LargestPayload bytes is malformed.
  FrameStream(FrameChannel &Channel, FrameChannel::Side Self,
              uint64_t LargestPayload);

  struct Frame {
    wire::MessageType Type;
    std::span<const uint8_t> Payload; ///< Until the next call.
  };

  /// What to poll for: POLLIN always, POLLOUT while something is queued.
  int input() const { return In.get(); }
  int output() const { return Out.get(); }
  bool hasQueued() const { return !Queue.empty(); }
  size_t queuedBytes() const { return Queue.size(); }

  /// Reads what is there, at most once; then take() has what is whole.
  Transferred<void> read();
  /// The next frame, if all of it is there.
  Transferred<std::optional<Frame>> take();

  /// Puts a frame, its payload \p Head and \p Tail, behind those that wait.
  void queue(wire::MessageType Type, std::span<const uint8_t> Head,
             std::span<const uint8_t> Tail = {});
  template <typename MessageT> void queue(const MessageT &Message) {
    ByteBuffer Encoded;
    encode(Message, Encoded);
    queue(MessageT::Type, Encoded.span());
  }
  /// Sends what there is room for.
  Transferred<void> flush();

  /// Nothing more is sent; what is queued goes to nobody.
  void closeOutput();
  bool maySend() const { return Out.isOpen(); }
  void close();

private:
  Descriptor In;
  Descriptor Out;
  FrameChannel::Side Self;
  uint64_t LargestPayload;
  ByteQueue Arrived;
  size_t Taken = 0; ///< Of Arrived: the frame that was taken last.
  ByteQueue Queue;
};

} // namespace remoterun::transport

#endif

//===- FrameStream.cpp - Frames for who has more to do than wait ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/FrameStream.h"
#include "transport/SigpipeGuard.h"

#include <cerrno>
#include <unistd.h>

namespace remoterun::transport {

using wire::FrameHeader;
using Kind = ChannelError::Kind;

FrameStream::FrameStream(FrameChannel &Channel, FrameChannel::Side Self,
                         uint64_t LargestPayload)
    : Self(Self), LargestPayload(LargestPayload) {
  auto [Reader, Writer] = Channel.release();
  In = std::move(Reader);
  Out = std::move(Writer);
  makeNonBlocking(In.get());
  makeNonBlocking(Out.get());
}

void FrameStream::closeOutput() {
  Out.close();
  Queue.drop(Queue.size());
}

void FrameStream::close() {
  In.close();
  Out.close();
}

Transferred<void> FrameStream::read() {
  constexpr size_t AtOnce = 128 << 10;
  Arrived.drop(std::exchange(Taken, 0));
  std::span<uint8_t> Room = Arrived.room(AtOnce);
  ssize_t Count = ::read(In.get(), Room.data(), Room.size());
  int Error = errno;
  Arrived.keep(Count > 0 ? static_cast<size_t>(Count) : 0);
  if (Count == 0)
    return ChannelError{Kind::Hangup, 0, ""};
  if (Count < 0 && Error == ECONNRESET)
    return ChannelError{Kind::Hangup, 0, ""};
  if (Count < 0 && Error != EAGAIN && Error != EINTR)
    return ChannelError{Kind::System, Error, ""};
  return {};
}

Transferred<std::optional<FrameStream::Frame>> FrameStream::take() {
  Arrived.drop(std::exchange(Taken, 0));
  std::span<const uint8_t> Bytes = Arrived.front();
  if (Bytes.size() < FrameHeader::Size)
    return std::optional<Frame>();
  auto Header = wire::decodeHeader(Bytes.first<FrameHeader::Size>(),
                                   Self == FrameChannel::Side::Controller);
  if (!Header)
    return ChannelError{Kind::Malformed, 0, Header.error().Why};
  if (Header->PayloadSize > LargestPayload)
    return ChannelError{Kind::Malformed, 0,
                        "a message that has no place while the guest runs"};
  Bytes = Bytes.subspan(FrameHeader::Size);
  auto Size = static_cast<size_t>(Header->PayloadSize);
  if (Bytes.size() < Size)
    return std::optional<Frame>();
  Taken = FrameHeader::Size + Size;
  return std::optional<Frame>({Header->Type, Bytes.first(Size)});
}

void FrameStream::queue(wire::MessageType Type, std::span<const uint8_t> Head,
                        std::span<const uint8_t> Tail) {
  if (!maySend())
    return;
  Queue.append(wire::encodeHeader({Type, Head.size() + Tail.size()}));
  Queue.append(Head);
  Queue.append(Tail);
}

Transferred<void> FrameStream::flush() {
  SigpipeGuard Guard;
  while (!Queue.empty()) {
    std::span<const uint8_t> Bytes = Queue.front();
    ssize_t Count = ::write(Out.get(), Bytes.data(), Bytes.size());
    if (Count >= 0) {
      Queue.drop(static_cast<size_t>(Count));
      continue;
    }
    if (errno == EINTR)
      continue;
    if (errno == EAGAIN)
      return {};
    if (errno == EPIPE)
      Guard.noteBrokenPipe();
    if (errno == EPIPE || errno == ECONNRESET)
      return ChannelError{Kind::Hangup, 0, ""};
    return ChannelError{Kind::System, errno, ""};
  }
  return {};
}

} // namespace remoterun::transport

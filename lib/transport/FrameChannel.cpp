//===- FrameChannel.cpp - Whole frames over file descriptors --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/FrameChannel.h"
#include "transport/SigpipeGuard.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace remoterun::transport {

using wire::FrameHeader;
using Kind = ChannelError::Kind;

namespace {

ChannelError systemError() { return {Kind::System, errno, ""}; }

int64_t monotonicMs() {
  timespec Now;
  ::clock_gettime(CLOCK_MONOTONIC, &Now);
  return static_cast<int64_t>(Now.tv_sec) * 1000 + Now.tv_nsec / 1000000;
}

/// Drops the first \p Moved bytes of \p Parts.
std::span<iovec> skipBytes(std::span<iovec> Parts, size_t Moved) {
  while (!Parts.empty() && Moved >= Parts.front().iov_len) {
    Moved -= Parts.front().iov_len;
    Parts = {Parts.data() + 1, Parts.size() - 1};
  }
  if (Moved != 0) {
    Parts.front().iov_base =
        static_cast<char *>(Parts.front().iov_base) + Moved;
    Parts.front().iov_len -= Moved;
  }
  return Parts;
}

} // namespace

FrameChannel::FrameChannel(Descriptor In, Descriptor Out, Side Self,
                           int PatienceMs)
    : In(std::move(In)), Out(std::move(Out)), Self(Self),
      PatienceMs(PatienceMs) {
  if (PatienceMs >= 0) {
    makeNonBlocking(this->In.get());
    makeNonBlocking(this->Out.get());
  }
}

/// Who takes a little now and then moves, and does not hold us for that.
static int64_t writeDeadline(std::span<const iovec> Parts, int PatienceMs) {
  uint64_t Size = 0;
  for (const iovec &Part : Parts)
    Size += Part.iov_len;
  return monotonicMs() + PatienceMs +
         static_cast<int64_t>(Size / FrameChannel::SlowestPeer * 1000);
}

Transferred<void> FrameChannel::sendText(std::string_view Text) {
  iovec Part = {const_cast<char *>(Text.data()), Text.size()};
  return writeAll({&Part, 1}, PatienceMs,
                  writeDeadline({&Part, 1}, PatienceMs));
}

std::pair<Descriptor, Descriptor> FrameChannel::release() {
  return {std::move(In), std::move(Out)};
}

void FrameChannel::close() {
  In.close();
  Out.close();
}

Transferred<void> FrameChannel::await(Ready For, int64_t Deadline,
                                      int PatienceMs) const {
  pollfd Poll = {};
  Poll.fd = For == Ready::Read ? In.get() : Out.get();
  Poll.events = For == Ready::Read ? POLLIN : POLLOUT;
  for (;;) {
    int64_t Left = std::max<int64_t>(Deadline - monotonicMs(), 0);
    int Count = ::poll(&Poll, 1, PatienceMs < 0 ? -1 : static_cast<int>(Left));
    if (Count > 0)
      return {};
    if (Count == 0)
      return ChannelError{Kind::TimedOut, 0, ""};
    if (errno != EINTR)
      return systemError();
  }
}

Transferred<void> FrameChannel::readAll(std::span<uint8_t> Into) {
  int64_t Deadline = monotonicMs() + PatienceMs;
  while (!Into.empty()) {
    ssize_t Count = ::read(In.get(), Into.data(), Into.size());
    if (Count == 0)
      return ChannelError{Kind::Hangup, 0, ""};
    if (Count > 0) {
      Into = {Into.data() + Count, Into.size() - static_cast<size_t>(Count)};
      continue;
    }
    if (errno == EINTR)
      continue;
    if (errno != EAGAIN)
      return systemError();
    if (auto Waited = await(Ready::Read, Deadline, PatienceMs); !Waited)
      return Waited.error();
  }
  return {};
}

Transferred<void> FrameChannel::writeAll(std::span<iovec> Parts, int PatienceMs,
                                         int64_t Deadline) const {
  SigpipeGuard Guard;
  Parts = skipBytes(Parts, 0);
  while (!Parts.empty()) {
    int PartCount = static_cast<int>(std::min<size_t>(Parts.size(), IOV_MAX));
    ssize_t Count = ::writev(Out.get(), Parts.data(), PartCount);
    if (Count >= 0) {
      Parts = skipBytes(Parts, static_cast<size_t>(Count));
      continue;
    }
    if (errno == EINTR)
      continue;
    if (errno == EPIPE) {
      Guard.noteBrokenPipe();
      return ChannelError{Kind::Hangup, 0, ""};
    }
    if (errno != EAGAIN)
      return systemError();
    int64_t NextByte = monotonicMs() + PatienceMs;
    if (auto Waited =
            await(Ready::Write, std::min(NextByte, Deadline), PatienceMs);
        !Waited)
      return Waited.error();
  }
  return {};
}

Transferred<FrameHeader> FrameChannel::receiveHeader() {
  uint8_t Bytes[FrameHeader::Size];
  if (auto Read = readAll(Bytes); !Read)
    return Read.error();
  auto Header = wire::decodeHeader(Bytes, Self == Side::Controller);
  if (!Header)
    return ChannelError{Kind::Malformed, 0, Header.error().Why};
  return *Header;
}

Transferred<void> FrameChannel::receivePayload(std::span<uint8_t> Into) {
  return readAll(Into);
}

Transferred<void> FrameChannel::send(wire::MessageType Type,
                                     std::span<const iovec> Parts) {
  uint64_t PayloadSize = 0;
  for (const iovec &Part : Parts)
    PayloadSize += Part.iov_len;
  auto Header = wire::encodeHeader({Type, PayloadSize});
  List<iovec> All;
  All.push({Header.data(), Header.size()});
  All.append(Parts.data(), Parts.size());
  return writeAll(All.span(), PatienceMs,
                  writeDeadline(All.span(), PatienceMs));
}

Transferred<void> FrameChannel::send(wire::MessageType Type,
                                     std::span<const uint8_t> Payload) {
  iovec Part = {const_cast<uint8_t *>(Payload.data()), Payload.size()};
  return send(Type, std::span<const iovec>(&Part, 1));
}

Transferred<void> FrameChannel::sendLast(wire::MessageType Type,
                                         std::span<const uint8_t> Payload,
                                         int PatienceMs) {
  makeNonBlocking(Out.get());
  auto Header = wire::encodeHeader({Type, Payload.size()});
  iovec Parts[] = {{Header.data(), Header.size()},
                   {const_cast<uint8_t *>(Payload.data()), Payload.size()}};
  return writeAll(Parts, PatienceMs, monotonicMs() + PatienceMs);
}

} // namespace remoterun::transport

//===- FrameFuzzer.cpp - Any bytes in place of frames ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the input as a stream of frames, of one side or the other, through the
// channel that both sides use.
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"
#include "transport/FrameChannel.h"

#include <algorithm>
#include <cstring>

using namespace remoterun;
using namespace remoterun::fuzz;
using transport::ChannelError;
using transport::FrameChannel;
using wire::FrameHeader;

namespace {

void requireReason(const ChannelError &Error) {
  require(Error.What == ChannelError::Kind::Hangup ||
          (Error.What == ChannelError::Kind::Malformed && *Error.Why));
}

/// Whether there was a header as it should be; it must come out of the encoder
/// as it went into the decoder.
bool readHeader(FrameChannel &Channel, std::span<const uint8_t> Rest,
                bool FromExecutor, FrameHeader &Out) {
  auto Header = Channel.receiveHeader();
  if (!Header) {
    requireReason(Header.error());
    return false;
  }
  require(Rest.size() >= FrameHeader::Size);
  auto Bytes = wire::encodeHeader(*Header);
  require(std::equal(Bytes.begin(), Bytes.end(), Rest.begin()));
  require(wire::isFromExecutor(Header->Type) == FromExecutor);
  require(Header->PayloadSize <= wire::maxPayload(Header->Type));
  require(*wire::messageName(Header->Type));
  Out = *Header;
  return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  if (Size == 0)
    return 0;
  bool FromExecutor = Data[0] & 2;
  ByteBuffer Stream = streamOf({Data, Size});
  FrameChannel Channel(pipeHolding(Stream.span()), transport::Descriptor(),
                       FromExecutor ? FrameChannel::Side::Controller
                                    : FrameChannel::Side::Executor,
                       /*PatienceMs=*/-1);
  std::span<const uint8_t> Rest = Stream.span();
  FrameHeader Header;
  while (readHeader(Channel, Rest, FromExecutor, Header)) {
    Rest = Rest.subspan(FrameHeader::Size);
    // A size that nobody has sent is not to be allocated here either: one byte
    // more than there is does as well.
    ByteBuffer Payload;
    Payload.resize(std::min<uint64_t>(Header.PayloadSize, Rest.size() + 1));
    auto Read = Channel.receivePayload(Payload.span());
    require(static_cast<bool>(Read) == (Payload.size() <= Rest.size()));
    if (!Read) {
      requireReason(Read.error());
      return 0;
    }
    require(Payload.empty() ||
            std::memcmp(Payload.data(), Rest.data(), Payload.size()) == 0);
    Rest = Rest.subspan(Payload.size());
  }
  Accepted = Rest.empty();
  return 0;
}

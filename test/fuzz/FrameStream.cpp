//===- FrameStream.cpp - Frames made of a fuzzer's bytes ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FrameStream.h"
#include "FuzzTarget.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace remoterun::fuzz {

using wire::FrameHeader;

namespace {

constexpr std::array<uint8_t, 4> Magic = {'R', 'R', 'U', 'N'};
constexpr size_t SizeOffset = 8;

void repairSizes(ByteBuffer &Stream) {
  auto Next = [&Stream](uint8_t *From) {
    return std::search(From, Stream.end(), Magic.begin(), Magic.end());
  };
  for (uint8_t *Frame = Next(Stream.begin());
       Stream.end() - Frame >= ptrdiff_t(FrameHeader::Size);) {
    uint8_t *Payload = Frame + FrameHeader::Size;
    uint8_t *Following = Next(Payload);
    auto Size = static_cast<uint64_t>(Following - Payload);
    for (unsigned I = 0; I != 8; ++I)
      Frame[SizeOffset + I] = static_cast<uint8_t>(Size >> (8 * I));
    Frame = Following;
  }
}

} // namespace

ByteBuffer streamOf(std::span<const uint8_t> Input) {
  ByteBuffer Stream;
  if (Input.empty())
    return Stream;
  bool Repair = Input[0] & 1;
  Input = Input.subspan(1, std::min(Input.size() - 1, MaxStream));
  Stream.append(Input.data(), Input.size());
  if (Repair)
    repairSizes(Stream);
  return Stream;
}

transport::Descriptor pipeHolding(std::span<const uint8_t> Stream) {
  transport::Pipe Made;
  require(transport::makePipe(Made) == 0);
  require(Stream.empty() || ::write(Made.Writer.get(), Stream.data(),
                                    Stream.size()) == ssize_t(Stream.size()));
  return std::move(Made.Reader);
}

ByteBuffer drained(const transport::Descriptor &Pipe) {
  ByteBuffer All;
  uint8_t Chunk[4096];
  for (ssize_t Got; (Got = ::read(Pipe.get(), Chunk, sizeof(Chunk))) > 0;)
    All.append(Chunk, static_cast<size_t>(Got));
  return All;
}

bool takeFrame(std::span<const uint8_t> &Stream, bool FromExecutor,
               TakenFrame &Out) {
  if (Stream.size() < FrameHeader::Size)
    return false;
  auto Header =
      wire::decodeHeader(Stream.first<FrameHeader::Size>(), FromExecutor);
  if (!Header || Header->PayloadSize > Stream.size() - FrameHeader::Size)
    return false;
  Out.Header = *Header;
  Out.Payload = Stream.subspan(FrameHeader::Size, Header->PayloadSize);
  Stream = Stream.subspan(FrameHeader::Size + Header->PayloadSize);
  return true;
}

} // namespace remoterun::fuzz

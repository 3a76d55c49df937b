//===- FrameStream.h - Frames made of a fuzzer's bytes ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mutation that makes a payload longer or shorter leaves the size in its
// header wrong, and all that follows is lost. So the first byte of an input
// says whether the sizes are to be taken as they are.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TEST_FUZZ_FRAMESTREAM_H
#define REMOTERUN_TEST_FUZZ_FRAMESTREAM_H

#include "transport/Descriptor.h"
#include "wire/Frame.h"
#include "wire/List.h"

#include <cstdint>
#include <span>

namespace remoterun::fuzz {

/// The most that one input sends: what any pipe takes without a reader.
inline constexpr size_t MaxStream = 60000;

/// The stream of \p Input. Where its first byte is odd, every header has the
/// size of the bytes up to the next.
ByteBuffer streamOf(std::span<const uint8_t> Input);

/// A pipe that holds \p Stream and has no writer any more.
transport::Descriptor pipeHolding(std::span<const uint8_t> Stream);

/// What is left in a pipe that has no writer any more.
ByteBuffer drained(const transport::Descriptor &Pipe);

struct TakenFrame {
  wire::FrameHeader Header;
  std::span<const uint8_t> Payload;
};

/// Takes the next frame off \p Stream, if there is a whole one of that
/// direction.
bool takeFrame(std::span<const uint8_t> &Stream, bool FromExecutor,
               TakenFrame &Out);

} // namespace remoterun::fuzz

#endif

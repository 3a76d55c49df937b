//===- Frame.h - The unit of the protocol: header and payload ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The header of every frame and the bounds that hold before its payload is
// read. PROTOCOL.md in this folder is the specification; a change here is a
// change there, and of ProtocolVersion.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_FRAME_H
#define REMOTERUN_WIRE_FRAME_H

#include "remote-run/Result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace remoterun::wire {

/// Both sides must be of the same version; there is no negotiation, since the
/// two programs are installed together.
inline constexpr uint32_t ProtocolVersion = 12;

enum class MessageType : uint16_t {
  Hello = 1,
  Load = 2,
  Lookup = 3,
  LookupReply = 4,
  Reserve = 5,
  Write = 6,
  Finalize = 7,
  Interpose = 8,
  Run = 9,
  Running = 10,
  Failed = 11,
  DescribeCpu = 12,
  Cpu = 13,
  Start = 14,
  Input = 15,
  OutputCredit = 16,
  CloseOutput = 17,
  Signal = 18,
  Output = 19,
  InputCredit = 20,
  InputClosed = 21,
  Stopped = 22,
  Ended = 23,
  EndGroup = 24,
  SignalSent = 25,
  Elsewhere = 26,
  Restart = 27,
  Share = 28,
  Shared = 29,
  Open = 30,
  Opened = 31,
  AddModule = 32,
  StartModule = 33,
  ModuleStarted = 34,
  RemoveModule = 35,
  ModuleRemoved = 36,
  Call = 37,
  Returned = 38,
  ReadMemory = 39,
  MemoryRead = 40,
  WriteMemory = 41,
  MemoryWritten = 42,
  Dying = 43,
  Place = 44,
  Publish = 45,
  Wanted = 46,
  AskKept = 47,
  Kept = 48,
  WriteKept = 49,
  Keep = 50,
  Stored = 51,
};

/// The message's name in PROTOCOL.md.
const char *messageName(MessageType Type);

/// True for the messages that the executor sends.
bool isFromExecutor(MessageType Type);

/// The largest payload, in bytes, that a receiver accepts for \p Type.
uint64_t maxPayload(MessageType Type);

/// A rule of PROTOCOL.md that a peer broke, as a phrase that follows
/// "the peer sent ".
struct Malformed {
  const char *Why = "";
};

template <typename T> using Decoded = Result<T, Malformed>;

struct FrameHeader {
  static constexpr size_t Size = 16;

  MessageType Type = MessageType::Failed;
  uint64_t PayloadSize = 0;
};

/// Allocates nothing: a signal handler may have interrupted malloc, or there
/// may be no memory.
std::array<uint8_t, FrameHeader::Size> encodeHeader(FrameHeader Header);

/// Checks everything that can be checked before the payload: magic, type,
/// direction and size. \p FromExecutor is the direction the bytes came from.
Decoded<FrameHeader>
decodeHeader(std::span<const uint8_t, FrameHeader::Size> Bytes,
             bool FromExecutor);

} // namespace remoterun::wire

#endif

//===- Frame.cpp - The unit of the protocol: header and payload -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/Frame.h"
#include "wire/Codec.h"

#include <algorithm>

namespace remoterun::wire {

namespace {

/// "RRUN", as the bytes stand on the wire.
constexpr uint32_t Magic = 0x4E555252;

struct MessageTraits {
  const char *Name;
  bool FromExecutor;
  uint64_t MaxPayload;
};

constexpr uint64_t KiB = 1024, MiB = 1024 * KiB, GiB = 1024 * MiB;

/// Null for a type that does not exist.
const MessageTraits *traits(MessageType Type) {
  static constexpr MessageTraits Table[] = {
      {"Hello", true, 4 * KiB},
      {"Load", false, 1 * MiB},
      {"Lookup", false, 256 * MiB},
      {"LookupReply", true, 128 * MiB},
      {"Reserve", false, 16 * MiB},
      {"Write", false, 64 * GiB},
      {"Finalize", false, 16 * MiB},
      {"Interpose", false, 256 * MiB},
      {"Run", false, 64 * MiB},
      {"Running", true, 0},
      {"Failed", true, 64 * KiB},
      {"DescribeCpu", false, 0},
      {"Cpu", true, 64 * KiB},
      {"Start", false, 64 * MiB},
      {"Input", false, 64 * KiB},
      {"OutputCredit", false, 9},
      {"CloseOutput", false, 1},
      {"Signal", false, 5},
      {"Output", true, 128 * KiB},
      {"InputCredit", true, 8},
      {"InputClosed", true, 0},
      {"Stopped", true, 4},
      {"Ended", true, 128 * KiB},
      {"EndGroup", false, 0},
      {"SignalSent", true, 0},
      {"Elsewhere", true, 64 * KiB},
      {"Restart", false, 8},
      {"Share", false, 4 * KiB},
      {"Shared", true, 4 * KiB},
      {"Open", false, 0},
      {"Opened", true, 32},
      {"AddModule", false, 16 * MiB},
      {"StartModule", false, 16 * MiB},
      {"ModuleStarted", true, 128 * KiB},
      {"RemoveModule", false, 5},
      {"ModuleRemoved", true, 5},
      {"Call", false, 1 * GiB},
      {"Returned", true, 1 * GiB},
      {"ReadMemory", false, 16},
      {"MemoryRead", true, 1 * GiB},
      {"WriteMemory", false, 1 * GiB},
      {"MemoryWritten", true, 1},
      {"Dying", true, 64 * KiB},
      {"Place", false, 64 * KiB},
      {"Publish", false, 64 * KiB},
      {"Wanted", true, 64 * KiB},
      {"AskKept", false, 256 * KiB},
      {"Kept", true, 64 * KiB},
      {"WriteKept", false, 256 * KiB},
      {"Keep", false, 256 * KiB},
      {"Stored", true, 4 * KiB},
  };
  unsigned Index = static_cast<unsigned>(Type) - 1;
  return Index < std::size(Table) ? &Table[Index] : nullptr;
}

} // namespace

const char *messageName(MessageType Type) {
  const MessageTraits *Known = traits(Type);
  return Known ? Known->Name : "unknown";
}

bool isFromExecutor(MessageType Type) {
  const MessageTraits *Known = traits(Type);
  return Known && Known->FromExecutor;
}

uint64_t maxPayload(MessageType Type) {
  const MessageTraits *Known = traits(Type);
  return Known ? Known->MaxPayload : 0;
}

std::array<uint8_t, FrameHeader::Size> encodeHeader(FrameHeader Header) {
  std::array<uint8_t, FrameHeader::Size> Bytes;
  size_t Next = 0;
  auto Put = [&](uint64_t Value, unsigned Width) {
    for (unsigned I = 0; I != Width; ++I)
      Bytes[Next++] = static_cast<uint8_t>(Value >> (8 * I));
  };
  Put(Magic, 4);
  Put(static_cast<uint16_t>(Header.Type), 2);
  Put(0, 2);
  Put(Header.PayloadSize, 8);
  return Bytes;
}

Decoded<FrameHeader>
decodeHeader(std::span<const uint8_t, FrameHeader::Size> Bytes,
             bool FromExecutor) {
  ByteReader Reader(Bytes);
  if (Reader.u32() != Magic)
    return Malformed{"bytes that are not a frame"};
  auto Type = static_cast<MessageType>(Reader.u16());
  uint16_t Reserved = Reader.u16();
  uint64_t PayloadSize = Reader.u64();
  if (!traits(Type))
    return Malformed{"a message of unknown type"};
  if (isFromExecutor(Type) != FromExecutor)
    return Malformed{"a message of the other direction"};
  if (Reserved != 0)
    return Malformed{"a header with reserved bits set"};
  if (PayloadSize > maxPayload(Type))
    return Malformed{"a payload larger than its message allows"};
  return FrameHeader{Type, PayloadSize};
}

} // namespace remoterun::wire

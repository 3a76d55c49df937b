//===- Codec.cpp - Scalars and strings to and from bytes ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/Codec.h"

#include <utility>

namespace remoterun::wire {

void ByteWriter::integer(uint64_t Value, unsigned Width) {
  uint8_t Encoded[8];
  for (unsigned I = 0; I != Width; ++I)
    Encoded[I] = static_cast<uint8_t>(Value >> (8 * I));
  bytes({Encoded, Width});
}

void ByteWriter::range(ExecutorRange Range) {
  address(Range.Start);
  u64(Range.Size);
}

void ByteWriter::string(std::string_view Text) {
  u32(static_cast<uint32_t>(Text.size()));
  bytes({reinterpret_cast<const uint8_t *>(Text.data()), Text.size()});
}

bool ByteReader::take(size_t Size) {
  if (Failed || In.size() < Size) {
    Failed = true;
    return false;
  }
  return true;
}

uint64_t ByteReader::integer(unsigned Width) {
  if (!take(Width))
    return 0;
  uint64_t Value = 0;
  for (unsigned I = 0; I != Width; ++I)
    Value |= static_cast<uint64_t>(In[I]) << (8 * I);
  In = {In.data() + Width, In.size() - Width};
  return Value;
}

ExecutorRange ByteReader::range() {
  ExecutorAddr Start = address();
  return {Start, u64()};
}

std::string_view ByteReader::string() {
  uint32_t Length = u32();
  if (!take(Length))
    return {};
  std::string_view Text(reinterpret_cast<const char *>(In.data()), Length);
  In = {In.data() + Length, In.size() - Length};
  return Text;
}

std::span<const uint8_t> ByteReader::rest() { return std::exchange(In, {}); }

uint32_t ByteReader::count(size_t SmallestElement) {
  uint32_t Count = u32();
  if (Failed || Count > In.size() / SmallestElement) {
    Failed = true;
    return 0;
  }
  return Count;
}

} // namespace remoterun::wire

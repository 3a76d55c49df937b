//===- Fields.cpp - Messages to and from bytes, field by field ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/Fields.h"

namespace remoterun::wire {

namespace {

constexpr Malformed Mismatch{"a payload that does not match its message"};

} // namespace

void FieldReader::read(bool &Flag) {
  uint8_t Value = In.u8();
  HasBadFlag |= Value > 1;
  Flag = Value != 0;
}

Decoded<void> FieldReader::finish() const {
  if (HasBadFlag)
    return Malformed{"a flag that is neither 0 nor 1"};
  if (!In.finished())
    return Mismatch;
  return {};
}

Decoded<uint32_t> decodeVersion(std::span<const uint8_t> Payload) {
  ByteReader Reader(Payload);
  uint32_t Version = Reader.u32();
  if (Reader.failed())
    return Mismatch;
  return Version;
}

} // namespace remoterun::wire

//===- Codec.h - Scalars and strings to and from bytes ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The primitive encodings of PROTOCOL.md: little-endian integers of fixed
// width, and byte strings behind a 32-bit length. The reader never trusts a
// length: once anything does not fit it fails for good, and yields zeroes.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_CODEC_H
#define REMOTERUN_WIRE_CODEC_H

#include "remote-run/ExecutorAddr.h"
#include "wire/List.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::wire {

/// Appends encoded values to a buffer that it does not own.
class ByteWriter {
public:
  explicit ByteWriter(ByteBuffer &Out) : Out(Out) {}

  void u8(uint8_t Value) { integer(Value, 1); }
  void u16(uint16_t Value) { integer(Value, 2); }
  void u32(uint32_t Value) { integer(Value, 4); }
  void u64(uint64_t Value) { integer(Value, 8); }
  void address(ExecutorAddr Addr) { u64(Addr.value()); }
  void range(ExecutorRange Range);
  void string(std::string_view Text);
  /// \p Width bytes, at most 8, of \p Value.
  void integer(uint64_t Value, unsigned Width);
  /// Bytes without a length in front.
  void bytes(std::span<const uint8_t> Bytes) {
    Out.append(Bytes.data(), Bytes.size());
  }

private:
  ByteBuffer &Out;
};

/// Reads encoded values from bytes that must outlive it and every string it
/// returned.
class ByteReader {
public:
  explicit ByteReader(std::span<const uint8_t> In) : In(In) {}

  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint16_t u16() { return static_cast<uint16_t>(integer(2)); }
  uint32_t u32() { return static_cast<uint32_t>(integer(4)); }
  uint64_t u64() { return integer(8); }
  ExecutorAddr address() { return ExecutorAddr(u64()); }
  ExecutorRange range();
  std::string_view string();
  /// \p Width bytes, at most 8.
  uint64_t integer(unsigned Width);
  /// All bytes that remain.
  std::span<const uint8_t> rest();
  /// An element count; fails where \p Count elements of at least
  /// \p SmallestElement bytes cannot be in the bytes that remain, so that a
  /// caller may allocate by it.
  uint32_t count(size_t SmallestElement);

  size_t left() const { return In.size(); }
  bool failed() const { return Failed; }
  /// True if everything was read and nothing is left over.
  bool finished() const { return !Failed && In.empty(); }

private:
  bool take(size_t Size);

  std::span<const uint8_t> In;
  bool Failed = false;
};

} // namespace remoterun::wire

#endif

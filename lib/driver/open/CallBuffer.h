//===- CallBuffer.h - The values of a call, as bytes ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a call's wrapper (CallWrapper.h) finds in its buffer. Each number has a
// slot of eight bytes, at whose start it lies as the executor's machine has it
// in memory; so has each pointer. The members of a struct have slots one after
// the other. A text or bytes are behind all slots, and their own slot has the
// distance from the start of the buffer, or 0 for a null pointer; the slot
// after that of bytes has their number. The result takes the place of the
// arguments: TextResult says what there is of a text.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_CALLBUFFER_H
#define REMOTERUN_DRIVER_OPEN_CALLBUFFER_H

#include "remote-run/Failure.h"
#include "remote-run/RemoteValue.h"

#include <cstdint>
#include <span>
#include <vector>

namespace remoterun::driver {

/// How a machine has numbers in memory.
struct MachineLayout {
  unsigned PointerSize = 8;
  bool IsBigEndian = false;
};

inline constexpr size_t SlotSize = 8;

/// How many slots a value of \p Type takes.
size_t slotsOf(const ValueType &Type);
/// The same for a result.
size_t slotsOfResult(const ValueType &Type);

/// Where a text that was returned has what, in bytes from the start.
struct TextResult {
  static constexpr size_t Length = 0; ///< One more than LongestText if longer.
  static constexpr size_t Distance = 8; ///< Of the text from the buffer.
  static constexpr size_t Address = 16;
  static constexpr size_t Start = 24; ///< So much of it as there is room for.
  static constexpr size_t Size = 256;
};

/// A pointer as it lies in memory.
std::vector<uint8_t> encodeWord(uint64_t Bits, MachineLayout Layout);

struct EncodedCall {
  std::vector<uint8_t> Bytes;
  uint32_t ResultSize = 0;
  /// Where in the result is what is to be copied back, and where to.
  struct CopyBack {
    size_t Offset;
    std::span<uint8_t> Into;
  };
  std::vector<CopyBack> CopiesBack;
};

Expected<EncodedCall> encodeCall(const Signature &Type,
                                 std::span<const Value> Arguments,
                                 MachineLayout Layout);

/// A text that was returned.
struct ReturnedText {
  ExecutorAddr Address; ///< Null for none.
  uint64_t Length = 0;
  /// What there is of it in the result: its start, or all.
  std::span<const uint8_t> Here;
};

/// The text whose result \p Result starts with.
ReturnedText decodeText(std::span<const uint8_t> Result, MachineLayout Layout);

/// A value of \p Type, other than a text, from the start of \p Result, which
/// has all its slots.
Value decodeResult(const ValueType &Type, std::span<const uint8_t> Result,
                   MachineLayout Layout);

} // namespace remoterun::driver

#endif

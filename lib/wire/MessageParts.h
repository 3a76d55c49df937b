//===- MessageParts.h - What messages have in common ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the files that encode and decode messages only.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_MESSAGEPARTS_H
#define REMOTERUN_WIRE_MESSAGEPARTS_H

#include "wire/Codec.h"
#include "wire/Messages.h"

namespace remoterun::wire {

inline constexpr Malformed Truncated{
    "a payload that does not match its message"};
inline constexpr Malformed BadFlag{"a flag that is neither 0 nor 1"};

template <typename MessageT>
Decoded<MessageT> checked(const ByteReader &Reader, MessageT &&Message) {
  if (!Reader.finished())
    return Truncated;
  return std::move(Message);
}

inline void encodeRanges(ByteWriter &Writer,
                         const List<ExecutorRange> &Ranges) {
  Writer.u32(static_cast<uint32_t>(Ranges.size()));
  for (ExecutorRange Range : Ranges)
    Writer.range(Range);
}

inline List<ExecutorRange> decodeRanges(ByteReader &Reader) {
  List<ExecutorRange> Ranges;
  for (uint32_t Left = Reader.count(16); Left != 0; --Left)
    Ranges.push(Reader.range());
  return Ranges;
}

inline void encodeStrings(ByteWriter &Writer,
                          const List<std::string_view> &Strings) {
  Writer.u32(static_cast<uint32_t>(Strings.size()));
  for (std::string_view Text : Strings)
    Writer.string(Text);
}

/// A string for a C interface, which would end it at a zero byte.
inline constexpr Malformed ZeroByte{"a string with a zero byte in it"};

inline bool holdsZeroByte(std::string_view Text) {
  return Text.find('\0') != Text.npos;
}

inline bool holdZeroByte(const List<std::string_view> &Strings) {
  for (std::string_view Text : Strings)
    if (holdsZeroByte(Text))
      return true;
  return false;
}

inline constexpr Malformed BadVariable{
    "an environment variable without a name"};

/// Whether all have the form NAME=VALUE.
inline bool areVariables(const List<std::string_view> &Strings) {
  for (std::string_view Text : Strings)
    if (Text.find('=') == 0 || Text.find('=') == Text.npos)
      return false;
  return true;
}

inline List<std::string_view> decodeStrings(ByteReader &Reader) {
  List<std::string_view> Strings;
  for (uint32_t Left = Reader.count(4); Left != 0; --Left)
    Strings.push(Reader.string());
  return Strings;
}

} // namespace remoterun::wire

#endif

//===- MessageParts.h - Rules that messages share ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the files that check messages only.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_MESSAGEPARTS_H
#define REMOTERUN_WIRE_MESSAGEPARTS_H

#include "wire/Frame.h"
#include "wire/List.h"

#include <string_view>

namespace remoterun::wire {

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

/// What a process is to start with.
inline Decoded<void> checkProcess(const List<std::string_view> &Arguments,
                                  const List<std::string_view> &Environment,
                                  std::string_view Directory) {
  if (Arguments.empty())
    return Malformed{"no arguments, not even argv[0]"};
  if (holdZeroByte(Arguments) || holdZeroByte(Environment) ||
      holdsZeroByte(Directory))
    return ZeroByte;
  for (std::string_view Text : Environment)
    if (Text.find('=') == 0 || Text.find('=') == Text.npos)
      return Malformed{"an environment variable without a name"};
  return {};
}

} // namespace remoterun::wire

#endif

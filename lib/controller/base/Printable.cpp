//===- Printable.cpp - Text from the other side ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "controller/base/Utf8.h"

#include <cinttypes>
#include <cstdio>

namespace remoterun::controller {

/// C0 and C1 control characters, as a character of UTF-8.
static bool isControl(std::string_view Character) {
  auto Byte = [Character](size_t Index) {
    return static_cast<unsigned char>(Character[Index]);
  };
  if (Character.size() == 1)
    return Byte(0) < 0x20 || Byte(0) == 0x7f;
  return Byte(0) == 0xc2 && Byte(1) < 0xa0;
}

/// What is no UTF-8 is replaced as well: a terminal of eight bits takes some of
/// it for control characters.
static std::string replaced(std::string_view Text, std::string_view Kept) {
  std::string Result;
  Result.reserve(Text.size());
  while (!Text.empty()) {
    size_t Size = characterSize(Text);
    std::string_view Character = Text.substr(0, Size ? Size : 1);
    bool IsFit = Size != 0 && (!isControl(Character) ||
                               Kept.find(Character[0]) != Kept.npos);
    if (IsFit)
      Result += Character;
    else
      Result += '?';
    Text.remove_prefix(Character.size());
  }
  return Result;
}

std::string printable(std::string_view Text) { return replaced(Text, ""); }

std::string printableLines(std::string_view Text) {
  return replaced(Text, "\n\t");
}

std::string hex(uint64_t Value) {
  char Text[2 + 16 + 1];
  std::snprintf(Text, sizeof(Text), "0x%" PRIx64, Value);
  return Text;
}

} // namespace remoterun::controller

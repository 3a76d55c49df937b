//===- Utf8.cpp - What is a character of UTF-8 ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Utf8.h"

namespace remoterun::controller {

size_t characterSize(std::string_view Text) {
  auto Byte = [Text](size_t Index) {
    return Index < Text.size() ? static_cast<unsigned char>(Text[Index]) : 0;
  };
  int First = Byte(0);
  if (First < 0x80)
    return 1;
  size_t Size = First >= 0xc2 && First <= 0xdf   ? 2
                : First >= 0xe0 && First <= 0xef ? 3
                : First >= 0xf0 && First <= 0xf4 ? 4
                                                 : 0;
  int Least = First == 0xe0 ? 0xa0 : First == 0xf0 ? 0x90 : 0x80;
  int Most = First == 0xed ? 0x9f : First == 0xf4 ? 0x8f : 0xbf;
  for (size_t Index = 1; Index < Size; ++Index) {
    if (Byte(Index) < Least || Byte(Index) > Most)
      return 0;
    Least = 0x80;
    Most = 0xbf;
  }
  return Size;
}

} // namespace remoterun::controller

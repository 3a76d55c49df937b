//===- Printable.cpp - Text from the other side ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/Printable.h"

namespace remoterun::controller {

static std::string replaced(std::string_view Text, std::string_view Kept) {
  // C0 and C1 control characters; the latter as bytes that continue nothing,
  // and as UTF-8 has them.
  std::string Result(Text);
  unsigned char Before = 0;
  for (char &C : Result) {
    auto Byte = static_cast<unsigned char>(C);
    bool Continues = Before >= 0x80 && Before < 0xf5 && Before != 0xc0 &&
                     Before != 0xc1 && Before != 0xc2;
    bool IsC1 = Byte >= 0x80 && Byte < 0xa0 && !Continues;
    bool IsControl = Byte < 0x20 || Byte == 0x7f || IsC1;
    if (IsControl && Kept.find(C) == Kept.npos)
      C = '?';
    Before = Byte;
  }
  return Result;
}

std::string printable(std::string_view Text) { return replaced(Text, ""); }

std::string printableLines(std::string_view Text) {
  return replaced(Text, "\n\t");
}

} // namespace remoterun::controller

//===- PrintableTest.cpp - Text from the other side -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "controller/base/Utf8.h"

#include <gtest/gtest.h>

#include <initializer_list>

using namespace remoterun::controller;

namespace {

TEST(Printable, TextStays) {
  for (std::string_view Text :
       {"", "plain ~", "\u00a0\u00e4\u07ff", "\u0800\u20ac\uffff",
        "\U00010000\U0001f600\U0010ffff"}) {
    EXPECT_EQ(printable(Text), Text);
    EXPECT_EQ(printableLines(Text), Text);
  }
}

TEST(Printable, ControlCharactersGo) {
  // C0, DEL, and C1, which is a character of two bytes in UTF-8.
  EXPECT_EQ(printable("\x1b[31mred\x7f\x01"), "?[31mred??");
  EXPECT_EQ(printable("a\u0080b\u009fc"), "a?b?c");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "?");
  EXPECT_EQ(printable("two\n\tlines"), "two??lines");
  EXPECT_EQ(printableLines("two\n\tlines\r"), "two\n\tlines?");
}

TEST(Printable, WhatIsNoUtf8Goes) {
  // The CSI of terminals of eight bits, alone, and behind what only looks like
  // the start of a character.
  EXPECT_EQ(printable("\x9b"), "?");
  EXPECT_EQ(printable("\xe0\x9b"), "??");
  EXPECT_EQ(printable("\xf0\x80\x9b\x31m"), "???1m");
  EXPECT_EQ(printable("\xc1\x9b"), "??");
  EXPECT_EQ(printable("\xf5\x9b\x9b"), "???");
  // A surrogate, and Latin-1.
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");
  EXPECT_EQ(printable("caf\xe9 \xff"), "caf? ?");
}

TEST(Printable, WhateverIsThereNothingOfItIsLeft) {
  for (int First = 0x80; First != 0x100; ++First)
    for (int Second = 0; Second != 0x100; ++Second) {
      const char Bytes[] = {static_cast<char>(First), static_cast<char>(Second),
                            'x'};
      std::string Text = printable({Bytes, sizeof(Bytes)});
      std::string_view Rest = Text;
      while (!Rest.empty()) {
        size_t Size = characterSize(Rest);
        ASSERT_NE(Size, 0u) << First << " " << Second;
        auto Byte = static_cast<unsigned char>(Rest[Size - 1]);
        ASSERT_FALSE(Size == 1 && (Byte < 0x20 || Byte == 0x7f));
        ASSERT_FALSE(Size == 2 && Rest[0] == '\xc2' && Byte < 0xa0);
        Rest.remove_prefix(Size);
      }
      EXPECT_EQ(Text.back(), 'x');
    }
}

} // namespace

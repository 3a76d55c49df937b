//===- CommandWordsTest.cpp - The words of --launcher ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/launch/CommandWords.h"

#include <gtest/gtest.h>

using namespace remoterun;
using controller::quotedWord;
using controller::splitCommand;

namespace {

using Words = std::vector<std::string>;

Words split(std::string_view Command) {
  auto Found = splitCommand(Command, "--launcher");
  EXPECT_TRUE(Found) << Command;
  return Found ? *Found : Words();
}

// What a POSIX shell makes of each (XCU 2.2): sh -c 'printf "[%s]" WORDS' says.

TEST(CommandWords, BlanksSeparate) {
  EXPECT_EQ(split(""), Words());
  EXPECT_EQ(split(" \t\n"), Words());
  EXPECT_EQ(split("ssh host"), (Words{"ssh", "host"}));
  EXPECT_EQ(split("  a\tb\nc  "), (Words{"a", "b", "c"}));
}

TEST(CommandWords, SingleQuotesKeepEverything) {
  EXPECT_EQ(split(R"('a b' 'c\' '"' '')"), (Words{"a b", "c\\", "\"", ""}));
  EXPECT_EQ(split("'a\nb'"), (Words{"a\nb"}));
}

TEST(CommandWords, DoubleQuotesKeepAllButWhatIsEscaped) {
  EXPECT_EQ(split(R"("a b" "'" "" "\"")"), (Words{"a b", "'", "", "\""}));
  EXPECT_EQ(split(R"("\$x" "\`" "\\" "\a")"), (Words{"$x", "`", "\\", "\\a"}));
  EXPECT_EQ(split("\"a\\\nb\""), (Words{"ab"}));
}

TEST(CommandWords, BackslashesKeepOneCharacter) {
  EXPECT_EQ(split(R"(a\ b \' \" \\ \a)"), (Words{"a b", "'", "\"", "\\", "a"}));
  // A line that goes on is one line, and no word of its own.
  EXPECT_EQ(split("a\\\nb c \\\n d"), (Words{"ab", "c", "d"}));
}

TEST(CommandWords, PartsAreOneWord) {
  EXPECT_EQ(split(R"(a'b c'"d e"\ f)"), (Words{"ab cd e f"}));
  EXPECT_EQ(split(R"(-o'Proxy x' ''"" a'')"), (Words{"-oProxy x", "", "a"}));
}

TEST(CommandWords, NothingIsExpanded) {
  EXPECT_EQ(split("$HOME ~ * `x` a;b #c"),
            (Words{"$HOME", "~", "*", "`x`", "a;b", "#c"}));
}

TEST(CommandWords, WhatIsNotEndedIsRefused) {
  for (auto [Command, Why] :
       {std::pair("a 'b", "--launcher: a ' without the one that ends it"),
        {"\"", "--launcher: a \" without the one that ends it"},
        {R"("\")", "--launcher: a \" without the one that ends it"},
        {"a\\", "--launcher: a \\ at the end"}}) {
    auto Found = splitCommand(Command, "--launcher");
    ASSERT_FALSE(Found) << Command;
    EXPECT_EQ(Found.error().Message, Why);
    EXPECT_EQ(Found.error().Whose, Blame::Usage);
  }
}

TEST(CommandWords, QuotedIsOneWord) {
  EXPECT_EQ(quotedWord("/usr/bin/remote-stub_1.0,a+b:c@d%e=f"),
            "/usr/bin/remote-stub_1.0,a+b:c@d%e=f");
  EXPECT_EQ(quotedWord("a b"), "'a b'");
  EXPECT_EQ(quotedWord(""), "''");
  EXPECT_EQ(quotedWord("~/a b"), "~/'a b'");
  EXPECT_EQ(quotedWord("~me/a"), "~me/a");
  EXPECT_EQ(quotedWord("~m e/a"), "'~m e/a'");
  EXPECT_EQ(quotedWord("~"), "'~'");
  for (std::string Word : {"a b", "'", "it's", "$HOME `x` \\ \" ; * ?", "\n"})
    EXPECT_EQ(split(quotedWord(Word).c_str()), Words{Word});
}

} // namespace

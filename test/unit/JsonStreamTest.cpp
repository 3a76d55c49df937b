//===- JsonStreamTest.cpp - JSON for any text -----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/result/JsonStream.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace remoterun::controller;

namespace {

/// What \p Write makes of a stream.
template <typename WriteT> std::string written(WriteT Write) {
  int File = ::memfd_create("json", 0);
  JsonStream Json(File);
  Write(Json);
  EXPECT_EQ(Json.finish(), 0);
  std::string Text(static_cast<size_t>(::lseek(File, 0, SEEK_END)), '\0');
  EXPECT_EQ(::pread(File, Text.data(), Text.size(), 0),
            static_cast<ssize_t>(Text.size()));
  ::close(File);
  return Text;
}

/// The JSON string that \p Value becomes.
std::string jsonOf(std::string_view Value) {
  std::string Text = written([Value](JsonStream &Json) {
    Json.beginObject();
    Json.string("k", Value);
    Json.endObject();
  });
  const std::string Before = "{\n  \"k\": ", After = "\n}\n";
  EXPECT_EQ(Text.substr(0, Before.size()), Before);
  EXPECT_EQ(Text.substr(Text.size() - After.size()), After);
  return Text.substr(Before.size(), Text.size() - Before.size() - After.size());
}

TEST(JsonStream, SeparatesAndNests) {
  EXPECT_EQ(written([](JsonStream &Json) {
              Json.beginObject();
              Json.null("a");
              Json.beginObject("b");
              Json.boolean("c", true);
              Json.boolean("d", false);
              Json.endObject();
              Json.beginObject("e");
              Json.endObject();
              Json.number("f", 0);
              Json.endObject();
            }),
            "{\n  \"a\": null,\n  \"b\": {\n    \"c\": true,\n    \"d\": "
            "false\n  },\n  \"e\": {\n  },\n  \"f\": 0\n}\n");
}

TEST(JsonStream, WritesNumbers) {
  EXPECT_EQ(written([](JsonStream &Json) {
              Json.beginObject();
              Json.number("most", ~uint64_t(0));
              Json.seconds("none", 0);
              Json.seconds("some", 1000002);
              Json.seconds("all", ~uint64_t(0));
              Json.endObject();
            }),
            "{\n  \"most\": 18446744073709551615,\n  \"none\": 0.000000,\n  "
            "\"some\": 1.000002,\n  \"all\": 18446744073709.551615\n}\n");
}

TEST(JsonStream, EscapesWhatJsonDoesNotAllow) {
  // RFC 8259, section 7.
  EXPECT_EQ(jsonOf("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(jsonOf("\n"), R"("\n")");
  EXPECT_EQ(jsonOf(std::string_view("\0\t\x1f\x7f", 4)),
            R"("\u0000\u0009\u001f\u007f")");
  EXPECT_EQ(jsonOf(""), "\"\"");
}

TEST(JsonStream, KeepsUtf8) {
  for (const char *Text : {"\u00e4", "\u07ff", "\u0800", "\ud7ff", "\ue000",
                           "\uffff", "\U00010000", "\U0010ffff"})
    EXPECT_EQ(jsonOf(Text), '"' + std::string(Text) + '"');
}

TEST(JsonStream, ReplacesWhatIsNotUtf8) {
  // A byte alone, one missing at the end, an overlong form, a surrogate, and
  // one beyond the last character (Unicode, table 3-7): byte by byte.
  struct {
    const char *Text;
    size_t Replacements;
  } Cases[] = {{"\x80", 1},
               {"\xff", 1},
               {"\xc3", 1},
               {"\xe2\x82", 2},
               {"\xc0\x80", 2},
               {"\xe0\x9f\xbf", 3},
               {"\xed\xa0\x80", 3},
               {"\xf0\x8f\xbf\xbf", 4},
               {"\xf4\x90\x80\x80", 4},
               {"\xf5\x80\x80\x80", 4},
               {"\xf8\x88\x80\x80\x80", 5}};
  for (const auto &Case : Cases) {
    std::string Expected;
    for (size_t I = 0; I != Case.Replacements; ++I)
      Expected += "\\ufffd";
    EXPECT_EQ(jsonOf(std::string(Case.Text) + "x"), '"' + Expected + "x\"");
  }
}

TEST(JsonStream, WritesMoreThanItHolds) {
  std::string Long(100000, 'x');
  EXPECT_EQ(jsonOf(Long), '"' + Long + '"');
}

TEST(JsonStream, TellsThatItCannotWrite) {
  JsonStream Json(-1);
  Json.beginObject();
  Json.endObject();
  EXPECT_NE(Json.finish(), 0);
  int Pipe[2];
  ASSERT_EQ(::pipe(Pipe), 0);
  ::close(Pipe[0]);
  JsonStream Broken(Pipe[1]);
  Broken.beginObject();
  Broken.endObject();
  EXPECT_EQ(Broken.finish(), EPIPE);
  ::close(Pipe[1]);
}

} // namespace

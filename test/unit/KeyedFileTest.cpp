//===- KeyedFileTest.cpp - A file that is used only if it fits ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/KeyedFile.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <unistd.h>

using namespace remoterun::jit;
using llvm::StringRef;

namespace {

constexpr StringRef Contents = "the start, and the rest";
constexpr size_t StartSize = 9;

class KeyedFileTest : public ::testing::Test {
protected:
  void SetUp() override {
    char Name[] = "keyed-file.XXXXXX";
    ASSERT_TRUE(::mkdtemp(Name));
    Folder = Name;
    Path = Folder + "/file";
    ASSERT_TRUE(writeKeyedFile(Path, Contents, StartSize, Key));
    std::ifstream In(Path, std::ios::binary);
    Written.assign(std::istreambuf_iterator<char>(In), {});
  }
  void TearDown() override {
    std::string Command = "rm -r " + Folder;
    EXPECT_EQ(std::system(Command.c_str()), 0);
  }

  std::optional<OpenKeyedFile> open(const CacheKey &Wanted) const {
    std::string Distrust;
    auto File = OpenKeyedFile::open(Path, Wanted, Distrust);
    EXPECT_EQ(Distrust, "");
    return File;
  }
  void put(const std::string &Bytes) const {
    std::ofstream(Path, std::ios::binary) << Bytes;
  }
  static std::string textOf(const std::optional<ObjectBytes> &Read) {
    return Read ? std::string(Read->begin(), Read->end()) : "nothing";
  }

  const CacheKey Key = makeCacheKey({"a test"});
  std::string Folder, Path, Written;
};

TEST_F(KeyedFileTest, WhatWasWrittenComesBackInParts) {
  auto File = open(Key);
  ASSERT_TRUE(File);
  EXPECT_TRUE(File->hasRest());
  EXPECT_EQ(textOf(File->readStart()), "the start");
  EXPECT_EQ(textOf(File->readRest()), ", and the rest");
  EXPECT_EQ(textOf(File->readAll()), Contents);
  EXPECT_EQ(textOf(readKeyedFile(Path, Key)), Contents);
  EXPECT_EQ(textOf(File->read(4, 5)), "start");
  std::array<uint8_t, 5> Into = {};
  EXPECT_TRUE(File->read(4, Into));
  EXPECT_EQ(StringRef(reinterpret_cast<char *>(Into.data()), Into.size()),
            "start");
  // The key behind them is nobody's.
  EXPECT_FALSE(File->read(Contents.size() - 4, Into));
  EXPECT_FALSE(File->read(UINT64_MAX, Into));
  EXPECT_FALSE(open(makeCacheKey({"another test"})));
}

TEST_F(KeyedFileTest, OfWhatWasChangedThePartIsNone) {
  for (size_t At = 0; At != Written.size(); ++At) {
    std::string Changed = Written;
    Changed[At] ^= 1;
    put(Changed);
    EXPECT_FALSE(readKeyedFile(Path, Key)) << At;
    auto File = open(Key);
    // What tells of the parts is a part, too.
    EXPECT_EQ(File.has_value(), At < Contents.size()) << At;
    if (!File)
      continue;
    EXPECT_EQ(File->readStart().has_value(), At >= StartSize) << At;
    EXPECT_EQ(File->readRest().has_value(), At < StartSize) << At;
    EXPECT_FALSE(File->readAll()) << At;
  }
}

TEST_F(KeyedFileTest, WhatWasCutOffIsNone) {
  for (size_t Size = 0; Size != Written.size(); ++Size) {
    put(Written.substr(0, Size));
    EXPECT_FALSE(open(Key)) << Size;
  }
  put(Written);
  auto File = open(Key);
  ASSERT_TRUE(File);
  // Now somebody has it.
  put(Written.substr(0, StartSize));
  std::array<uint8_t, 5> Into = {};
  EXPECT_FALSE(File->read(StartSize, Into));
  EXPECT_FALSE(File->readRest());
  EXPECT_EQ(textOf(File->readStart()), "the start");
}

} // namespace

//===- FarBlocksTest.cpp - What is asked for, sent and kept ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/FarBlocks.h"

#include "gtest/gtest.h"

#include <algorithm>

using namespace remoterun;
using controller::FarBlocks;

namespace {

std::vector<uint8_t> numbered(size_t Size) {
  std::vector<uint8_t> Bytes(Size);
  for (size_t I = 0; I != Size; ++I)
    Bytes[I] = static_cast<uint8_t>(I % 251 + I / 65536);
  return Bytes;
}

wire::Kept saying(std::initializer_list<bool> Flags) {
  wire::Kept Answer;
  for (bool Has : Flags)
    Answer.Has.push(Has);
  return Answer;
}

TEST(FarBlocks, EndAtMultiplesOfTheirSize) {
  const std::vector<uint8_t> Bytes = numbered(200'000);
  auto Blocks = FarBlocks::divide(0x10000 - 100, Bytes);
  ASSERT_EQ(Blocks.size(), 5u);
  uint64_t Next = 0x10000 - 100;
  std::vector<uint8_t> Joined;
  for (const FarBlocks::Block &Each : Blocks) {
    EXPECT_EQ(Each.Where, Next);
    Next += Each.Bytes.size();
    EXPECT_TRUE(Next % 0x10000 == 0 || &Each == &Blocks.back());
    Joined.insert(Joined.end(), Each.Bytes.begin(), Each.Bytes.end());
  }
  EXPECT_EQ(Joined, Bytes);
  // Too small for a file.
  EXPECT_FALSE(Blocks[0].Hash);
  EXPECT_EQ(Blocks[1].Hash, wire::hashOfBlock(Blocks[1].Bytes));
  EXPECT_TRUE(FarBlocks::divide(1, {}).empty());
}

TEST(FarBlocks, WhatIsBehindAChangeIsTheSame) {
  std::vector<uint8_t> Bytes = numbered(300'000);
  auto Before = FarBlocks::divide(0, Bytes);
  std::vector<uint8_t> Changed = Bytes;
  Changed[70'000] ^= 1;
  auto After = FarBlocks::divide(0, Changed);
  for (size_t I = 0; I != Before.size(); ++I)
    EXPECT_EQ(Before[I].Hash == After[I].Hash, I != 1) << I;
}

TEST(FarBlocks, AreAskedForOnce) {
  const std::vector<uint8_t> Bytes = numbered(3 * 65536);
  auto Blocks = FarBlocks::divide(0, Bytes);
  FarBlocks Far;
  EXPECT_FALSE(Far.isAsking());
  EXPECT_EQ(Far.question(std::span(Blocks).first(2)).Blocks.size(), 2u);
  EXPECT_TRUE(Far.isAsking());
  EXPECT_FALSE(Far.numberOf(Blocks[0]));
  EXPECT_TRUE(Far.take(saying({false, true})));
  EXPECT_FALSE(Far.isAsking());
  // Numbers go on.
  EXPECT_EQ(Far.question(Blocks).Blocks.size(), 1u);
  EXPECT_TRUE(Far.take(saying({true})));
  EXPECT_FALSE(Far.numberOf(Blocks[0]));
  EXPECT_EQ(Far.numberOf(Blocks[1]), 1u);
  EXPECT_EQ(Far.numberOf(Blocks[2]), 2u);
  EXPECT_TRUE(Far.question(Blocks).Blocks.empty());
}

TEST(FarBlocks, AnAnswerIsForWhatWasAsked) {
  const std::vector<uint8_t> Bytes = numbered(2 * 65536);
  auto Blocks = FarBlocks::divide(0, Bytes);
  for (auto Wrong : {saying({}).Has.size(), size_t(1), size_t(3)}) {
    FarBlocks Far;
    Far.question(Blocks);
    wire::Kept Answer;
    for (size_t I = 0; I != Wrong; ++I)
      Answer.Has.push(true);
    EXPECT_FALSE(Far.take(Answer)) << Wrong;
    EXPECT_FALSE(Far.numberOf(Blocks[0]));
  }
}

TEST(FarBlocks, KeepsWhatWasSent) {
  const std::vector<uint8_t> Bytes = numbered(65536 + 2047);
  auto Blocks = FarBlocks::divide(0x20000, Bytes);
  ASSERT_EQ(Blocks.size(), 2u);
  FarBlocks Far;
  for (const FarBlocks::Block &Each : Blocks)
    Far.note(Each, /*InSharedFile=*/true);
  wire::Keep Noted = Far.takeNoted();
  ASSERT_EQ(Noted.Blocks.size(), 1u);
  EXPECT_TRUE(Noted.Blocks[0].InSharedFile);
  EXPECT_EQ(Noted.Blocks[0].Where, 0x20000u);
  EXPECT_EQ(Noted.Blocks[0].Size, 65536u);
  EXPECT_TRUE(Far.takeNoted().Blocks.empty());
}

} // namespace

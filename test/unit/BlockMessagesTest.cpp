//===- BlockMessagesTest.cpp - Those of a far end that keeps blocks -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/BlockMessages.h"
#include "MessageChecks.h"

using namespace remoterun;
using namespace remoterun::wire;

namespace {

constexpr char NoSize[] = "a block of a size that there is not";

BlockHash countingFrom(uint8_t First) {
  BlockHash Hash;
  for (uint8_t &Byte : Hash)
    Byte = First++;
  return Hash;
}

TEST(BlockMessages, AskKeptIsTheSpecifiedBytes) {
  AskKept Message;
  Message.Blocks.push({0x102, countingFrom(3)});
  std::vector<uint8_t> Bytes = {1, 0, 0, 0, 2, 1, 0, 0};
  for (uint8_t I = 0; I != 32; ++I)
    Bytes.push_back(static_cast<uint8_t>(3 + I));
  EXPECT_EQ(encoded(Message), Bytes);
  auto Back = decode<AskKept>(Bytes);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Blocks[0].Hash, countingFrom(3));
  expectExactLength<AskKept>(Bytes);
  expectCountIsChecked<AskKept>(Bytes, 0);
}

TEST(BlockMessages, KeptIsTheSpecifiedBytes) {
  Kept Message;
  Message.Has.push(true);
  Message.Has.push(false);
  Message.Reason = "r";
  std::vector<uint8_t> Bytes = {2, 0, 0, 0, 1, 0, 1, 0, 0, 0, 'r'};
  EXPECT_EQ(encoded(Message), Bytes);
  expectExactLength<Kept>(Bytes);
  Bytes[4] = 2;
  EXPECT_EQ(whyNot<Kept>(Bytes), NoFlag);
}

TEST(BlockMessages, WriteKeptIsTheSpecifiedBytes) {
  WriteKept Message;
  Message.Copies.push({0x102, true, 0x30405});
  const std::vector<uint8_t> Bytes = {1, 0, 0, 0, 2, 1, 0, 0, 1,
                                      5, 4, 3, 0, 0, 0, 0, 0};
  EXPECT_EQ(encoded(Message), Bytes);
  expectExactLength<WriteKept>(Bytes);
}

TEST(BlockMessages, KeepIsTheSpecifiedBytes) {
  Keep Message;
  Message.Blocks.push({false, 0x30405, 0x102});
  const std::vector<uint8_t> Bytes = {1, 0, 0, 0, 0, 5, 4, 3, 0,
                                      0, 0, 0, 0, 2, 1, 0, 0};
  EXPECT_EQ(encoded(Message), Bytes);
  expectExactLength<Keep>(Bytes);
}

TEST(BlockMessages, StoredIsTheSpecifiedBytes) {
  const std::vector<uint8_t> Bytes = {2, 1, 0, 0, 1, 0, 0, 0, 'r'};
  EXPECT_EQ(encoded(Stored{0x102, "r"}), Bytes);
  expectExactLength<Stored>(Bytes);
}

TEST(BlockMessages, SizesOfBlocksAreChecked) {
  for (uint32_t Size : {0u, 1u, 65536u, 65537u, UINT32_MAX}) {
    const std::string Why = Size == 1 || Size == 65536 ? "" : NoSize;
    AskKept Question;
    Question.Blocks.push({Size, {}});
    EXPECT_EQ(whyNot<AskKept>(encoded(Question)), Why) << Size;
    Keep Request;
    Request.Blocks.push({false, 0, Size});
    EXPECT_EQ(whyNot<Keep>(encoded(Request)), Why) << Size;
  }
}

TEST(BlockMessages, AllThatIsAskedForFits) {
  AskKept Question;
  for (size_t I = 0; I != AskKept::Most; ++I)
    Question.Blocks.push({1, {}});
  EXPECT_LE(encoded(Question).size(), maxPayload(MessageType::AskKept));
  Keep Request;
  for (size_t I = 0; I != Keep::Most; ++I)
    Request.Blocks.push({false, 0, 1});
  EXPECT_LE(encoded(Request).size(), maxPayload(MessageType::Keep));
}

} // namespace

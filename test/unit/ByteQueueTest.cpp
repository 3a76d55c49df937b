//===- ByteQueueTest.cpp - First in, first out ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/ByteQueue.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

using namespace remoterun::transport;

namespace {

std::span<const uint8_t> bytesOf(std::string_view Text) {
  return {reinterpret_cast<const uint8_t *>(Text.data()), Text.size()};
}

std::string contents(const ByteQueue &Queue) {
  return {Queue.front().begin(), Queue.front().end()};
}

TEST(ByteQueue, GivesBackWhatWasAppended) {
  ByteQueue Queue;
  EXPECT_TRUE(Queue.empty());
  EXPECT_EQ(Queue.size(), 0u);
  Queue.append(bytesOf("one "));
  Queue.append(bytesOf("two"));
  EXPECT_FALSE(Queue.empty());
  EXPECT_EQ(Queue.size(), 7u);
  EXPECT_EQ(contents(Queue), "one two");
}

TEST(ByteQueue, DropsFromTheFront) {
  ByteQueue Queue;
  Queue.append(bytesOf("abcdef"));
  Queue.drop(1);
  EXPECT_EQ(contents(Queue), "bcdef");
  // Most of it is dropped now, and the rest moves when more comes.
  Queue.drop(3);
  Queue.append(bytesOf("gh"));
  EXPECT_EQ(contents(Queue), "efgh");
  Queue.drop(4);
  EXPECT_TRUE(Queue.empty());
  Queue.append(bytesOf("i"));
  EXPECT_EQ(contents(Queue), "i");
}

TEST(ByteQueue, KeepsOfItsRoomWhatCounts) {
  ByteQueue Queue;
  Queue.append(bytesOf("ab"));
  auto Room = Queue.room(100);
  ASSERT_EQ(Room.size(), 100u);
  Room[0] = 'c';
  Room[1] = 'd';
  Queue.keep(2);
  EXPECT_EQ(contents(Queue), "abcd");
  Queue.room(100);
  Queue.keep(0);
  EXPECT_EQ(contents(Queue), "abcd");
  Queue.drop(3);
  Queue.room(10)[0] = 'e';
  Queue.keep(1);
  EXPECT_EQ(contents(Queue), "de");
}

TEST(ByteQueue, KeepsTheOrderOfManyPieces) {
  ByteQueue Queue;
  uint8_t In = 0, Out = 0;
  // Pieces of all sizes from 1 to 50, in and out at another pace.
  for (unsigned Round = 0; Round != 5000; ++Round) {
    for (unsigned Left = 1 + Round * 7 % 50; Left != 0; --Left)
      Queue.append({&In, 1}), ++In;
    for (unsigned Left = Round * 11 % 51; Left != 0 && !Queue.empty(); --Left) {
      ASSERT_EQ(Queue.front()[0], Out++);
      Queue.drop(1);
    }
  }
  for (; !Queue.empty(); Queue.drop(1))
    ASSERT_EQ(Queue.front()[0], Out++);
  EXPECT_EQ(In, Out);
}

} // namespace

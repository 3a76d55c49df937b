//===- FarMemoryTest.cpp - What the far end gets of a copy ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/FarMemory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <poll.h>
#include <vector>

using namespace remoterun;
using controller::FarMemory;
using wire::MessageType;

namespace {

constexpr uint64_t Size = 1 << 20;
constexpr uint32_t Functions = 10;

class FarMemoryTest : public testing::Test {
protected:
  void SetUp() override {
    auto Made = FarMemory::create(Size, Functions);
    ASSERT_TRUE(Made);
    Memory = std::move(*Made);
  }

  bool isReadable() const {
    pollfd Poll = {Memory->descriptor(), POLLIN, 0};
    return ::poll(&Poll, 1, 0) == 1;
  }
  /// Does what the messages say.
  void obey() {
    while (auto Next = Memory->takeMessage()) {
      if (Next->Type == MessageType::Place) {
        auto Message = wire::decode<wire::Place>(Next->Payload);
        ASSERT_TRUE(Message);
        ASSERT_LE(Message->Offset + Message->Bytes.size(), Size);
        std::ranges::copy(Message->Bytes, Far.begin() + Message->Offset);
        continue;
      }
      ASSERT_EQ(Next->Type, MessageType::Publish);
      auto Message = wire::decode<wire::Publish>(Next->Payload);
      ASSERT_TRUE(Message);
      for (auto [Offset, Value] : Message->Words)
        std::memcpy(&Far[Offset], &Value, sizeof(Value));
      ++Published;
    }
  }
  const char *want(std::vector<uint32_t> Numbers) {
    wire::Wanted Message;
    for (uint32_t Each : Numbers)
      Message.Functions.push(Each);
    return Memory->take(Message);
  }

  std::shared_ptr<FarMemory> Memory;
  std::vector<uint8_t> Far = std::vector<uint8_t>(Size);
  unsigned Published = 0;
};

TEST_F(FarMemoryTest, BeforeTheProgramRunsAllIsPlaced) {
  const uint8_t Bytes[] = {1, 2, 3};
  Memory->write(5000, Bytes);
  std::memset(&Memory->bytes()[200'000], 7, 100'000);
  Memory->place(200'000, 100'000);
  uint64_t Word = 9;
  std::memcpy(&Memory->bytes()[4096], &Word, sizeof(Word));
  Memory->publish(4096);
  Memory->answer();
  for (const FarMemory::Placed &Each : Memory->takePlaced()) {
    std::ranges::copy(Each.Bytes, Far.begin() + Each.Offset);
  }
  EXPECT_TRUE(std::ranges::equal(Memory->bytes(), Far));
  EXPECT_TRUE(Memory->takePlaced().empty());
  EXPECT_FALSE(Memory->takeMessage());
}

TEST_F(FarMemoryTest, NearRangesAreOne) {
  Memory->place(100, 10);
  Memory->place(5000, 0);
  Memory->place(90, 10);
  Memory->place(105, 30);
  Memory->place(150, 1);
  auto Placed = Memory->takePlaced();
  ASSERT_EQ(Placed.size(), 1u);
  EXPECT_EQ(Placed[0].Offset, 90u);
  EXPECT_EQ(Placed[0].Bytes.size(), 61u);
}

TEST_F(FarMemoryTest, WhatIsPublishedComesBehindWhatItLeadsTo) {
  Memory->begin();
  std::memset(&Memory->bytes()[8192], 3, 200'000);
  Memory->place(8192, 200'000);
  uint64_t Word = 8192;
  std::memcpy(&Memory->bytes()[1024], &Word, sizeof(Word));
  Memory->publish(1024);
  EXPECT_FALSE(Memory->takeMessage());
  EXPECT_FALSE(isReadable());
  Memory->answer();
  EXPECT_TRUE(isReadable());
  Memory->noteWoken();
  EXPECT_FALSE(isReadable());
  obey();
  EXPECT_EQ(Published, 1u);
  EXPECT_TRUE(std::ranges::equal(Memory->bytes(), Far));
  // Nothing new is nothing to be said.
  Memory->answer();
  EXPECT_FALSE(Memory->takeMessage());
}

TEST_F(FarMemoryTest, WhatIsWantedStandsInTheMemory) {
  wire::LateControl &Control = Memory->control();
  EXPECT_EQ(want({3, 9}), nullptr);
  EXPECT_EQ(Control.Wanted[3], 1);
  EXPECT_EQ(Control.Wanted[4], 0);
  EXPECT_EQ(Control.Wanted[9], 1);
  EXPECT_EQ(Control.Requests, 1u);
  EXPECT_EQ(want({4}), nullptr);
  EXPECT_EQ(Control.Requests, 2u);
}

TEST_F(FarMemoryTest, EachFunctionIsWantedOnce) {
  EXPECT_STREQ(want({Functions}), "a late function that there is not");
  EXPECT_STREQ(want({UINT32_MAX}), "a late function that there is not");
  EXPECT_EQ(want({3}), nullptr);
  EXPECT_STREQ(want({3}), "a late function that it had told of");
  EXPECT_STREQ(want({5, 5}), "a late function that it had told of");
}

TEST_F(FarMemoryTest, TellsThatTheGuestHasToEnd) {
  EXPECT_FALSE(Memory->mustGuestEnd());
  Memory->endGuest();
  EXPECT_TRUE(Memory->mustGuestEnd());
  EXPECT_TRUE(isReadable());
}

TEST_F(FarMemoryTest, HasAllWhenThatIsSaid) {
  EXPECT_TRUE(Memory->hasAll());
  bool IsDone = false;
  Memory->serveCallers([&] { return IsDone; });
  EXPECT_FALSE(Memory->hasAll());
  IsDone = true;
  EXPECT_TRUE(Memory->hasAll());
}

} // namespace

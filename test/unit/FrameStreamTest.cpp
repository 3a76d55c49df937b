//===- FrameStreamTest.cpp - Frames of which nobody waits for one ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/FrameStream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace remoterun;
using namespace remoterun::transport;
using wire::MessageType;
using Kind = ChannelError::Kind;
using Side = FrameChannel::Side;

namespace {

constexpr uint64_t Largest = 1 << 20;

std::vector<uint8_t> pattern(size_t Size) {
  std::vector<uint8_t> Bytes(Size);
  for (size_t I = 0; I != Size; ++I)
    Bytes[I] = static_cast<uint8_t>(I * 31 + (I >> 8));
  return Bytes;
}

std::vector<uint8_t> frame(MessageType Type,
                           const std::vector<uint8_t> &Payload) {
  auto Header = wire::encodeHeader({Type, Payload.size()});
  std::vector<uint8_t> Bytes(Header.size() + Payload.size());
  std::copy(Payload.begin(), Payload.end(),
            std::copy(Header.begin(), Header.end(), Bytes.begin()));
  return Bytes;
}

/// The controller's stream, of which the test holds the other ends.
class FrameStreamTest : public testing::Test {
protected:
  void SetUp() override {
    Pipe Requests, Answers;
    ASSERT_EQ(makePipe(Requests), 0);
    ASSERT_EQ(makePipe(Answers), 0);
    PeerIn = std::move(Requests.Reader);
    PeerOut = std::move(Answers.Writer);
    FrameChannel Channel(std::move(Answers.Reader), std::move(Requests.Writer),
                         Side::Controller, /*PatienceMs=*/-1);
    Near.emplace(Channel, Side::Controller, Largest);
  }

  void arrives(const std::vector<uint8_t> &Bytes) {
    ASSERT_EQ(::write(PeerOut.get(), Bytes.data(), Bytes.size()),
              static_cast<ssize_t>(Bytes.size()));
    ASSERT_TRUE(Near->read());
  }
  /// Expects the next frame to be there, and to be this one.
  void expectFrame(MessageType Type, const std::vector<uint8_t> &Payload) {
    auto Taken = Near->take();
    ASSERT_TRUE(Taken);
    ASSERT_TRUE(Taken->has_value());
    EXPECT_EQ((*Taken)->Type, Type);
    EXPECT_EQ(std::vector<uint8_t>((*Taken)->Payload.begin(),
                                   (*Taken)->Payload.end()),
              Payload);
  }
  void expectNoFrame() {
    auto Taken = Near->take();
    ASSERT_TRUE(Taken);
    EXPECT_FALSE(Taken->has_value());
  }
  void expectMalformed(const std::string &Why) {
    auto Taken = Near->take();
    ASSERT_FALSE(Taken);
    EXPECT_EQ(Taken.error().What, Kind::Malformed);
    EXPECT_EQ(Taken.error().Why, Why);
  }

  std::optional<FrameStream> Near;
  Descriptor PeerIn, PeerOut;
};

TEST_F(FrameStreamTest, NeverWaits) {
  ASSERT_TRUE(Near->read());
  expectNoFrame();
  EXPECT_TRUE(Near->flush());
  EXPECT_FALSE(Near->hasQueued());
}

TEST_F(FrameStreamTest, TakesAFrameWhenItIsWhole) {
  std::vector<uint8_t> Payload = pattern(5);
  std::vector<uint8_t> Bytes = frame(MessageType::Output, Payload);
  for (size_t I = 0; I != Bytes.size(); ++I) {
    expectNoFrame();
    arrives({Bytes[I]});
  }
  expectFrame(MessageType::Output, Payload);
  expectNoFrame();
}

TEST_F(FrameStreamTest, TakesAllThatCameAtOnce) {
  std::vector<uint8_t> Bytes = frame(MessageType::InputClosed, {});
  std::vector<uint8_t> Second = frame(MessageType::Output, pattern(300));
  Bytes.insert(Bytes.end(), Second.begin(), Second.end());
  Bytes.push_back('R'); // The first byte of a third.
  arrives(Bytes);
  expectFrame(MessageType::InputClosed, {});
  expectFrame(MessageType::Output, pattern(300));
  expectNoFrame();
  std::vector<uint8_t> Third = frame(MessageType::Stopped, {19, 0, 0, 0});
  arrives({Third.begin() + 1, Third.end()});
  expectFrame(MessageType::Stopped, {19, 0, 0, 0});
}

TEST_F(FrameStreamTest, TakesWhatIsLargerThanAPipe) {
  std::vector<uint8_t> Payload = pattern(128 << 10);
  std::vector<uint8_t> Bytes = frame(MessageType::Output, Payload);
  for (size_t At = 0; At < Bytes.size(); At += 4096) {
    expectNoFrame();
    arrives({Bytes.begin() + At,
             Bytes.begin() + std::min(At + 4096, Bytes.size())});
  }
  expectFrame(MessageType::Output, Payload);
}

TEST_F(FrameStreamTest, RefusesWhatIsNoFrame) {
  std::vector<uint8_t> Bytes = frame(MessageType::Output, {1});
  Bytes[0] ^= 1;
  arrives(Bytes);
  expectMalformed("bytes that are not a frame");
  // And goes on to.
  expectMalformed("bytes that are not a frame");
}

TEST_F(FrameStreamTest, RefusesTheOtherDirection) {
  arrives(frame(MessageType::Input, {}));
  expectMalformed("a message of the other direction");
}

TEST_F(FrameStreamTest, RefusesALargePayloadByItsHeader) {
  for (uint64_t Size : {Largest, Largest + 1}) {
    auto Header = wire::encodeHeader({MessageType::LookupReply, Size});
    arrives({Header.begin(), Header.end()});
    if (Size == Largest) {
      expectNoFrame();
      SetUp();
      continue;
    }
    expectMalformed("a message that has no place while the guest runs");
  }
}

TEST_F(FrameStreamTest, TellsAHangupBehindWhatArrived) {
  arrives(frame(MessageType::InputClosed, {}));
  PeerOut.close();
  auto Read = Near->read();
  ASSERT_FALSE(Read);
  EXPECT_EQ(Read.error().What, Kind::Hangup);
  expectFrame(MessageType::InputClosed, {});
  expectNoFrame();
}

TEST_F(FrameStreamTest, TellsAHangupOfASocketThatHadMoreToRead) {
  // The launcher's streams may be sockets, where that is ECONNRESET (unix(7)).
  int Ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, Ends), 0);
  Descriptor Far(Ends[1]);
  FrameChannel Channel(Descriptor(Ends[0]), Descriptor(::dup(Ends[0])),
                       Side::Controller, /*PatienceMs=*/-1);
  Near.emplace(Channel, Side::Controller, Largest);
  Near->queue(MessageType::Input, {});
  ASSERT_TRUE(Near->flush());
  Far.close();
  auto Read = Near->read();
  ASSERT_FALSE(Read);
  EXPECT_EQ(Read.error().What, Kind::Hangup);
}

TEST_F(FrameStreamTest, SendsInOrderWhatThereIsRoomFor) {
  const std::vector<uint8_t> Head = {1, 2}, Tail = pattern(100000);
  constexpr size_t Frames = 5;
  for (size_t I = 0; I != Frames; ++I)
    Near->queue(MessageType::Input, Head, Tail);
  size_t All = Frames * (wire::FrameHeader::Size + 2 + Tail.size());
  EXPECT_EQ(Near->queuedBytes(), All);
  ASSERT_TRUE(Near->flush());
  // A pipe takes 64 KiB of it, and nobody waits for the rest.
  EXPECT_TRUE(Near->hasQueued());
  EXPECT_LT(Near->queuedBytes(), All);
  std::vector<uint8_t> Got;
  while (Got.size() != All) {
    uint8_t Chunk[10000];
    ssize_t Count = ::read(PeerIn.get(), Chunk, sizeof(Chunk));
    ASSERT_GT(Count, 0);
    Got.insert(Got.end(), Chunk, Chunk + Count);
    ASSERT_TRUE(Near->flush());
  }
  EXPECT_FALSE(Near->hasQueued());
  std::vector<uint8_t> Whole = Head, Expected;
  Whole.insert(Whole.end(), Tail.begin(), Tail.end());
  for (size_t I = 0; I != Frames; ++I) {
    std::vector<uint8_t> One = frame(MessageType::Input, Whole);
    Expected.insert(Expected.end(), One.begin(), One.end());
  }
  EXPECT_TRUE(Got == Expected);
}

TEST_F(FrameStreamTest, TellsAHangupOfTheReaderWithoutASignal) {
  // The default action would end this process.
  ASSERT_EQ(std::signal(SIGPIPE, SIG_DFL), SIG_DFL);
  PeerIn.close();
  Near->queue(MessageType::Input, {});
  auto Sent = Near->flush();
  ASSERT_FALSE(Sent);
  EXPECT_EQ(Sent.error().What, Kind::Hangup);
}

TEST_F(FrameStreamTest, HangsUp) {
  Near->close();
  uint8_t Byte;
  EXPECT_EQ(::read(PeerIn.get(), &Byte, 1), 0);
}

} // namespace

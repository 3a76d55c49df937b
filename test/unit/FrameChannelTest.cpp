//===- FrameChannelTest.cpp - Frames over real pipes ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transport/FrameChannel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace remoterun;
using namespace remoterun::transport;
using wire::MessageType;
using Kind = ChannelError::Kind;
using Side = FrameChannel::Side;

namespace {

constexpr int ForEver = -1;

/// A channel of which the test holds the other end as plain descriptors.
class FrameChannelTest : public testing::Test {
protected:
  void SetUp() override {
    Pipe Requests, Answers;
    ASSERT_EQ(makePipe(Requests), 0);
    ASSERT_EQ(makePipe(Answers), 0);
    PeerIn = std::move(Requests.Reader);
    PeerOut = std::move(Answers.Writer);
    In = std::move(Answers.Reader);
    Out = std::move(Requests.Writer);
  }

  /// The near end.
  FrameChannel channel(int PatienceMs) {
    return FrameChannel(std::move(In), std::move(Out), Side::Controller,
                        PatienceMs);
  }
  /// The far end, as a channel.
  FrameChannel peer() {
    return FrameChannel(std::move(PeerIn), std::move(PeerOut), Side::Executor,
                        ForEver);
  }

  void sendRaw(const void *Bytes, size_t Size) {
    ASSERT_EQ(::write(PeerOut.get(), Bytes, Size), static_cast<ssize_t>(Size));
  }

  Descriptor In, Out, PeerIn, PeerOut;
};

std::vector<uint8_t> pattern(size_t Size) {
  std::vector<uint8_t> Bytes(Size);
  for (size_t I = 0; I != Size; ++I)
    Bytes[I] = static_cast<uint8_t>(I * 31 + (I >> 8));
  return Bytes;
}

TEST_F(FrameChannelTest, CarriesAFrame) {
  FrameChannel Near = channel(ForEver), Far = peer();
  std::vector<uint8_t> Sent = pattern(100);
  ASSERT_TRUE(Near.send(MessageType::Lookup, Sent));
  auto Header = Far.receiveHeader();
  ASSERT_TRUE(Header);
  EXPECT_EQ(Header->Type, MessageType::Lookup);
  ASSERT_EQ(Header->PayloadSize, 100u);
  std::vector<uint8_t> Got(100);
  ASSERT_TRUE(Far.receivePayload(Got));
  EXPECT_EQ(Got, Sent);
}

TEST_F(FrameChannelTest, CarriesEmptyFramesBackToBack) {
  FrameChannel Near = channel(ForEver), Far = peer();
  for (int I = 0; I != 3; ++I)
    ASSERT_TRUE(Far.send(MessageType::Running, std::span<const uint8_t>()));
  for (int I = 0; I != 3; ++I) {
    auto Header = Near.receiveHeader();
    ASSERT_TRUE(Header);
    EXPECT_EQ(Header->Type, MessageType::Running);
    EXPECT_EQ(Header->PayloadSize, 0u);
    EXPECT_TRUE(Near.receivePayload({}));
  }
}

TEST_F(FrameChannelTest, GathersParts) {
  FrameChannel Near = channel(ForEver), Far = peer();
  // More parts than one writev(2) takes, some of them empty.
  constexpr size_t Count = 5000;
  std::vector<uint8_t> Bytes = pattern(Count);
  std::vector<iovec> Parts;
  for (size_t I = 0; I != Count; ++I) {
    Parts.push_back({&Bytes[I], 1});
    if (I % 3 == 0)
      Parts.push_back({nullptr, 0});
  }
  ASSERT_TRUE(Near.send(MessageType::Write, Parts));
  auto Header = Far.receiveHeader();
  ASSERT_TRUE(Header);
  ASSERT_EQ(Header->PayloadSize, Count);
  std::vector<uint8_t> Got(Count);
  ASSERT_TRUE(Far.receivePayload(Got));
  EXPECT_EQ(Got, Bytes);
}

TEST_F(FrameChannelTest, CarriesMoreThanAPipeHolds) {
  for (int PatienceMs : {ForEver, 60000}) {
    SetUp();
    FrameChannel Near = channel(PatienceMs), Far = peer();
    std::vector<uint8_t> Sent = pattern(8 * 1024 * 1024 + 1);
    std::atomic<bool> WasSent = false;
    std::thread Sender([&] {
      WasSent = static_cast<bool>(Near.send(MessageType::Write, Sent));
    });
    auto Header = Far.receiveHeader();
    ASSERT_TRUE(Header);
    std::vector<uint8_t> Got(Header->PayloadSize);
    ASSERT_TRUE(Far.receivePayload(Got));
    Sender.join();
    EXPECT_TRUE(WasSent);
    EXPECT_TRUE(Got == Sent);
  }
}

TEST_F(FrameChannelTest, PutsShortReadsTogether) {
  FrameChannel Near = channel(60000);
  auto Header = wire::encodeHeader({MessageType::Failed, 300});
  std::vector<uint8_t> Payload = pattern(300);
  std::thread Sender([&] {
    // Each byte alone, and only when the one before has been taken.
    auto Trickle = [&](const uint8_t *Bytes, size_t Size) {
      for (size_t I = 0; I != Size; ++I) {
        sendRaw(Bytes + I, 1);
        std::this_thread::yield();
      }
    };
    Trickle(Header.data(), Header.size());
    Trickle(Payload.data(), Payload.size());
  });
  auto Received = Near.receiveHeader();
  ASSERT_TRUE(Received);
  std::vector<uint8_t> Got(Received->PayloadSize);
  EXPECT_TRUE(Near.receivePayload(Got));
  Sender.join();
  EXPECT_EQ(Got, Payload);
}

TEST_F(FrameChannelTest, SeesAHangupBetweenFrames) {
  FrameChannel Near = channel(60000);
  PeerOut.close();
  auto Header = Near.receiveHeader();
  ASSERT_FALSE(Header);
  EXPECT_EQ(Header.error().What, Kind::Hangup);
}

TEST_F(FrameChannelTest, SeesAHangupAtEveryByteOfAHeader) {
  auto Bytes = wire::encodeHeader({MessageType::Hello, 10});
  for (size_t Size = 1; Size != Bytes.size(); ++Size) {
    SetUp();
    FrameChannel Near = channel(60000);
    sendRaw(Bytes.data(), Size);
    PeerOut.close();
    auto Header = Near.receiveHeader();
    ASSERT_FALSE(Header);
    EXPECT_EQ(Header.error().What, Kind::Hangup) << Size;
  }
}

TEST_F(FrameChannelTest, SeesAHangupInsideAPayload) {
  FrameChannel Near = channel(60000);
  auto Bytes = wire::encodeHeader({MessageType::Hello, 10});
  sendRaw(Bytes.data(), Bytes.size());
  sendRaw("12345", 5);
  PeerOut.close();
  auto Header = Near.receiveHeader();
  ASSERT_TRUE(Header);
  std::vector<uint8_t> Payload(Header->PayloadSize);
  auto Read = Near.receivePayload(Payload);
  ASSERT_FALSE(Read);
  EXPECT_EQ(Read.error().What, Kind::Hangup);
}

TEST_F(FrameChannelTest, ChecksTheHeaderOfTheOtherSide) {
  FrameChannel Near = channel(60000);
  auto Own = wire::encodeHeader({MessageType::Run, 0});
  sendRaw(Own.data(), Own.size());
  auto Header = Near.receiveHeader();
  ASSERT_FALSE(Header);
  EXPECT_EQ(Header.error().What, Kind::Malformed);
  EXPECT_STREQ(Header.error().Why, "a message of the other direction");
}

TEST_F(FrameChannelTest, LosesPatienceWithASilentPeer) {
  FrameChannel Near = channel(20);
  auto Header = Near.receiveHeader();
  ASSERT_FALSE(Header);
  EXPECT_EQ(Header.error().What, Kind::TimedOut);
}

TEST_F(FrameChannelTest, LosesPatienceInsideAFrame) {
  FrameChannel Near = channel(20);
  auto Bytes = wire::encodeHeader({MessageType::Hello, 10});
  sendRaw(Bytes.data(), Bytes.size() - 1);
  auto Header = Near.receiveHeader();
  ASSERT_FALSE(Header);
  EXPECT_EQ(Header.error().What, Kind::TimedOut);
}

TEST_F(FrameChannelTest, LosesPatienceWithAPeerThatDoesNotRead) {
  FrameChannel Near = channel(20);
  std::vector<uint8_t> TooMuch(4 * 1024 * 1024);
  auto Sent = Near.send(MessageType::Write, TooMuch);
  ASSERT_FALSE(Sent);
  EXPECT_EQ(Sent.error().What, Kind::TimedOut);
}

/// Reads from \p From, a page of a pipe at a time with a pause after each,
/// until there is no more.
std::thread slowReader(Descriptor &From, int PauseMs) {
  return std::thread([&From, PauseMs] {
    char Page[4096];
    while (::read(From.get(), Page, sizeof(Page)) > 0)
      ::poll(nullptr, 0, PauseMs);
  });
}

// A page of a pipe has to be empty before the next byte moves: these are as
// fast as its size allows.
TEST_F(FrameChannelTest, LosesPatienceWithAPeerThatDrips) {
  constexpr int PatienceMs = 2000;
  ASSERT_EQ(::fcntl(Out.get(), F_SETPIPE_SZ, 4096), 4096);
  FrameChannel Near = channel(PatienceMs);
  // In 10 s, in place of the 6 s that it may take: a byte moves in time.
  std::thread Reader = slowReader(PeerIn, PatienceMs * 5 / 8);
  auto Sent = Near.send(MessageType::Write, pattern(36 * 1024));
  Near.close();
  Reader.join();
  ASSERT_FALSE(Sent);
  EXPECT_EQ(Sent.error().What, Kind::TimedOut);
}

TEST_F(FrameChannelTest, HasPatienceWithASlowPeer) {
  constexpr int PatienceMs = 2000;
  ASSERT_EQ(::fcntl(Out.get(), F_SETPIPE_SZ, 4096), 4096);
  FrameChannel Near = channel(PatienceMs);
  // In twice the patience, and half the time of the slowest.
  std::thread Reader = slowReader(PeerIn, 300);
  auto Sent = Near.send(MessageType::Write, pattern(60 * 1024));
  Near.close();
  Reader.join();
  EXPECT_TRUE(Sent);
}

std::atomic<unsigned> AlarmCount;
void countAlarm(int) { ++AlarmCount; }

/// SIGALRM, without SA_RESTART, every millisecond.
class Interruptions {
public:
  Interruptions() {
    AlarmCount = 0;
    struct sigaction Action = {};
    Action.sa_handler = countAlarm;
    ::sigaction(SIGALRM, &Action, &Before);
    itimerval Often = {{0, 1000}, {0, 1000}};
    ::setitimer(ITIMER_REAL, &Often, nullptr);
  }
  ~Interruptions() {
    itimerval Never = {};
    ::setitimer(ITIMER_REAL, &Never, nullptr);
    ::sigaction(SIGALRM, &Before, nullptr);
  }
  /// Comes back after \p Count more interruptions.
  static void awaitMore(unsigned Count) {
    for (unsigned End = AlarmCount + Count; AlarmCount < End;)
      std::this_thread::yield();
  }

private:
  struct sigaction Before;
};

/// A thread on which no signal is delivered, so that the test's own gets them.
template <typename BodyT> std::thread undisturbed(BodyT Body) {
  return std::thread([Body] {
    sigset_t All;
    sigfillset(&All);
    pthread_sigmask(SIG_BLOCK, &All, nullptr);
    Body();
  });
}

TEST_F(FrameChannelTest, GoesOnAfterInterruptions) {
  for (int PatienceMs : {ForEver, 60000}) {
    SetUp();
    FrameChannel Near = channel(PatienceMs);
    auto Bytes = wire::encodeHeader({MessageType::Hello, 5});
    Interruptions Often;
    std::thread Sender = undisturbed([&] {
      Interruptions::awaitMore(5);
      sendRaw(Bytes.data(), Bytes.size());
      Interruptions::awaitMore(5);
      sendRaw("hello", 5);
    });
    auto Header = Near.receiveHeader();
    uint8_t Payload[5] = {};
    bool HasPayload = Header && Near.receivePayload(Payload);
    Sender.join();
    ASSERT_TRUE(HasPayload);
    EXPECT_EQ(std::memcmp(Payload, "hello", 5), 0);
  }
}

TEST_F(FrameChannelTest, WritesThroughInterruptions) {
  for (int PatienceMs : {ForEver, 60000}) {
    SetUp();
    FrameChannel Near = channel(PatienceMs), Far = peer();
    std::vector<uint8_t> Sent = pattern(1024 * 1024);
    std::vector<uint8_t> Got;
    std::atomic<bool> WasReceived = false;
    Interruptions Often;
    std::thread Receiver = undisturbed([&] {
      Interruptions::awaitMore(5);
      auto Header = Far.receiveHeader();
      if (!Header)
        return;
      Got.resize(Header->PayloadSize);
      WasReceived = static_cast<bool>(Far.receivePayload(Got));
    });
    EXPECT_TRUE(Near.send(MessageType::Write, Sent));
    Receiver.join();
    ASSERT_TRUE(WasReceived);
    EXPECT_TRUE(Got == Sent);
  }
}

TEST_F(FrameChannelTest, LastWordsAreNotForEver) {
  FrameChannel Near = channel(-1);
  std::vector<uint8_t> TooMuch(4 * 1024 * 1024);
  auto Sent = Near.sendLast(MessageType::Dying, TooMuch, 20);
  ASSERT_FALSE(Sent);
  EXPECT_EQ(Sent.error().What, Kind::TimedOut);
}

TEST_F(FrameChannelTest, InterruptionsDoNotProlongItsPatience) {
  FrameChannel Near = channel(50);
  Interruptions Often;
  auto Header = Near.receiveHeader();
  ASSERT_FALSE(Header);
  EXPECT_EQ(Header.error().What, Kind::TimedOut);
}

TEST_F(FrameChannelTest, SurvivesAPeerThatIsGone) {
  struct sigaction Before;
  ::sigaction(SIGPIPE, nullptr, &Before);
  ASSERT_EQ(Before.sa_handler, SIG_DFL) << "the signal would not be deadly";
  FrameChannel Near = channel(ForEver);
  PeerIn.close();
  auto Sent = Near.send(MessageType::Lookup, pattern(10));
  ASSERT_FALSE(Sent);
  EXPECT_EQ(Sent.error().What, Kind::Hangup);

  sigset_t Pending, Blocked;
  sigpending(&Pending);
  EXPECT_EQ(sigismember(&Pending, SIGPIPE), 0) << "nothing is left behind";
  pthread_sigmask(SIG_BLOCK, nullptr, &Blocked);
  EXPECT_EQ(sigismember(&Blocked, SIGPIPE), 0);
  struct sigaction After;
  ::sigaction(SIGPIPE, nullptr, &After);
  EXPECT_EQ(After.sa_handler, SIG_DFL);
}

TEST_F(FrameChannelTest, LeavesSomebodyElsesSigpipePending) {
  sigset_t Sigpipe, Before, Pending;
  sigemptyset(&Sigpipe);
  sigaddset(&Sigpipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &Sigpipe, &Before);
  ::raise(SIGPIPE);
  FrameChannel Near = channel(ForEver);
  PeerIn.close();
  EXPECT_FALSE(Near.send(MessageType::Lookup, pattern(10)));
  sigpending(&Pending);
  EXPECT_EQ(sigismember(&Pending, SIGPIPE), 1);
  timespec Now = {0, 0};
  ::sigtimedwait(&Sigpipe, nullptr, &Now);
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
}

TEST_F(FrameChannelTest, HangsUpWhenItIsClosed) {
  FrameChannel Near = channel(60000);
  FrameChannel Far = peer();
  Near.close();
  auto Header = Far.receiveHeader();
  ASSERT_FALSE(Header);
  EXPECT_EQ(Header.error().What, Kind::Hangup);
}

TEST_F(FrameChannelTest, ReportsAFailedSystemCall) {
  // A descriptor that can be read but not written.
  Descriptor WriteOnlyEnd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  FrameChannel Near(std::move(In), std::move(WriteOnlyEnd), Side::Controller,
                    ForEver);
  auto Sent = Near.send(MessageType::Lookup, pattern(10));
  ASSERT_FALSE(Sent);
  EXPECT_EQ(Sent.error().What, Kind::System);
  EXPECT_EQ(Sent.error().Errno, EBADF);
}

} // namespace

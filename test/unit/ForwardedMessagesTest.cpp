//===- ForwardedMessagesTest.cpp - Those of the forwarded manner ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/ForwardedMessages.h"
#include "MessageChecks.h"
#include "wire/CrashReport.h"

using namespace remoterun;
using namespace remoterun::wire;
// gtest has one of its own.
using wire::Stream;

namespace {

/// C would end it at the zero byte.
constexpr std::string_view Cut("A=1\0x", 5);

constexpr char NoStream[] = "a stream that is no output of the guest";
constexpr char NoSignal[] = "a number that is no signal";

std::span<const uint8_t> bytesOf(std::string_view Text) {
  return {reinterpret_cast<const uint8_t *>(Text.data()), Text.size()};
}

std::string textOf(std::span<const uint8_t> Bytes) {
  return {Bytes.begin(), Bytes.end()};
}

/// \p Payload with another byte at \p Offset: which of the 256 are taken.
template <typename MessageT>
void expectTaken(std::vector<uint8_t> Payload, size_t Offset, unsigned First,
                 unsigned Last, const char *Why) {
  for (unsigned Value = 0; Value != 256; ++Value) {
    Payload[Offset] = static_cast<uint8_t>(Value);
    EXPECT_EQ(whyNot<MessageT>(Payload),
              Value >= First && Value <= Last ? "" : Why)
        << Value << " at " << Offset;
  }
}

//===----------------------------------------------------------------------===//
// Start
//===----------------------------------------------------------------------===//

wire::Start smallStart() {
  wire::Start Message;
  Message.Arguments.push("p");
  return Message;
}

TEST(ForwardedMessages, StartIsTheSpecifiedBytes) {
  wire::Start Message = smallStart();
  Message.Environment.push("A=");
  Message.Directory = "/";
  Message.HasStream[1] = false;
  Message.Executes = false;
  Message.StackLimit = 0x0102;
  Message.KeepsBlocks = true;
  Message.BlockFolder = "/k";
  EXPECT_EQ(encoded(Message),
            (std::vector<uint8_t>{12, 0, 0, 0,                     // Version
                                  1,  0, 0, 0, 1,   0,  0, 0, 'p', // Arguments
                                  1,  0, 0, 0, 2,   0,  0, 0, 'A', '=', //
                                  1,  0, 0, 0, '/', // Directory
                                  1,  0, 1,         // Has...
                                  0,                // ErrorIsOutput
                                  0,                // Executes
                                  1,                // WantsCrashReport
                                  2,  1, 0, 0, 0,   0,  0, 0, // StackLimit
                                  1,                          // KeepsBlocks
                                  2,  0, 0, 0, '/', 'k'}));   // BlockFolder
}

TEST(ForwardedMessages, StartComesBack) {
  // Each flag alone, so that none can stand for another.
  for (unsigned Flag = 0; Flag != 7; ++Flag) {
    wire::Start Message;
    Message.Arguments.push("prog");
    Message.Arguments.push("\xff\n");
    Message.Environment.push("A=1");
    Message.Environment.push("B=");
    Message.Directory = "/srv";
    for (unsigned I = 0; I != 3; ++I)
      Message.HasStream[I] = Flag == I;
    Message.ErrorIsOutput = Flag == 3;
    Message.Executes = Flag == 4;
    Message.WantsCrashReport = Flag == 5;
    Message.StackLimit = 0x123456789a;
    Message.KeepsBlocks = Flag == 6;
    Message.BlockFolder = "kept";
    std::vector<uint8_t> Payload = encoded(Message);
    auto Back = decode<wire::Start>(Payload);
    ASSERT_TRUE(Back);
    EXPECT_EQ(Back->Version, 12u);
    ASSERT_EQ(Back->Arguments.size(), 2u);
    EXPECT_EQ(Back->Arguments[0], "prog");
    EXPECT_EQ(Back->Arguments[1], "\xff\n");
    ASSERT_EQ(Back->Environment.size(), 2u);
    EXPECT_EQ(Back->Environment[0], "A=1");
    EXPECT_EQ(Back->Environment[1], "B=");
    EXPECT_EQ(Back->Directory, "/srv");
    for (unsigned I = 0; I != 3; ++I)
      EXPECT_EQ(Back->HasStream[I], Flag == I);
    EXPECT_EQ(Back->ErrorIsOutput, Flag == 3);
    EXPECT_EQ(Back->Executes, Flag == 4);
    EXPECT_EQ(Back->WantsCrashReport, Flag == 5);
    EXPECT_EQ(Back->StackLimit, 0x123456789au);
    EXPECT_EQ(Back->KeepsBlocks, Flag == 6);
    EXPECT_EQ(Back->BlockFolder, "kept");
    expectExactLength<wire::Start>(Payload);
  }
}

TEST(ForwardedMessages, StartFlagsAndCountsAreChecked) {
  std::vector<uint8_t> Payload = encoded(smallStart());
  // Behind Version, Arguments, Environment and Directory.
  size_t Flags = 4 + 9 + 4 + 4;
  for (size_t Flag = Flags; Flag != Flags + 6; ++Flag)
    expectTaken<wire::Start>(Payload, Flag, 0, 1, NoFlag);
  // Behind StackLimit.
  expectTaken<wire::Start>(Payload, Flags + 6 + 8, 0, 1, NoFlag);
  for (size_t Count : {4, 13}) // Arguments, Environment
    expectCountIsChecked<wire::Start>(Payload, Count);
}

TEST(ForwardedMessages, StartVersionIsReadFromAnyVersion) {
  for (size_t Size = 0; Size != 4; ++Size)
    EXPECT_FALSE(decodeVersion(std::vector<uint8_t>(Size)));
  auto Future = decodeVersion(std::vector<uint8_t>{2, 1, 0, 0, 0xee});
  ASSERT_TRUE(Future);
  EXPECT_EQ(*Future, 0x102u);
}

TEST(ForwardedMessages, StartNeedsAnArgument) {
  EXPECT_EQ(whyNot<wire::Start>(encoded(wire::Start())),
            "no arguments, not even argv[0]");
}

TEST(ForwardedMessages, StartStringsAreForC) {
  auto Check = [](void (*Change)(wire::Start &), const char *Why) {
    wire::Start Message = smallStart();
    Change(Message);
    EXPECT_EQ(whyNot<wire::Start>(encoded(Message)), Why);
  };
  constexpr char Zero[] = "a string with a zero byte in it";
  constexpr char NoName[] = "an environment variable without a name";
  Check([](wire::Start &Message) { Message.Arguments.push(Cut); }, Zero);
  Check([](wire::Start &Message) { Message.Environment.push(Cut); }, Zero);
  Check([](wire::Start &Message) { Message.Directory = Cut; }, Zero);
  Check([](wire::Start &Message) { Message.Environment.push("=1"); }, NoName);
  Check([](wire::Start &Message) { Message.Environment.push("A"); }, NoName);
  Check([](wire::Start &Message) { Message.Environment.push(""); }, NoName);
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

TEST(ForwardedMessages, InputIsItsBytes) {
  std::string_view Text("a\0\n\xff", 4);
  std::vector<uint8_t> Payload = encoded(Input{bytesOf(Text)});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{'a', 0, '\n', 0xff}));
  auto Back = decode<Input>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(textOf(Back->Bytes), Text);
  EXPECT_TRUE(encoded(Input()).empty());
}

TEST(ForwardedMessages, OutputCreditIsTheSpecifiedBytes) {
  std::vector<uint8_t> Payload =
      encoded(OutputCredit{Stream::Error, 0x0102030405060708});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{2, 8, 7, 6, 5, 4, 3, 2, 1}));
  auto Back = decode<OutputCredit>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Which, Stream::Error);
  EXPECT_EQ(Back->Bytes, 0x0102030405060708u);
  expectExactLength<OutputCredit>(Payload);
  expectTaken<OutputCredit>(Payload, 0, 1, 2, NoStream);
}

TEST(ForwardedMessages, CloseOutputIsTheSpecifiedBytes) {
  std::vector<uint8_t> Payload = encoded(CloseOutput{Stream::Error});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{2}));
  auto Back = decode<CloseOutput>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Which, Stream::Error);
  expectExactLength<CloseOutput>(Payload);
  expectTaken<CloseOutput>(Payload, 0, 1, 2, NoStream);
}

TEST(ForwardedMessages, OutputIsTheSpecifiedBytes) {
  std::vector<uint8_t> Payload =
      encoded(Output{Stream::Error, bytesOf("text")});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{2, 't', 'e', 'x', 't'}));
  auto Back = decode<Output>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Which, Stream::Error);
  EXPECT_EQ(textOf(Back->Bytes), "text");
  expectTaken<Output>(Payload, 0, 1, 2, NoStream);
  EXPECT_EQ(whyNot<Output>({}), NoMatch);
}

TEST(ForwardedMessages, InputCreditIsTheSpecifiedBytes) {
  std::vector<uint8_t> Payload = encoded(InputCredit{0x0102});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{2, 1, 0, 0, 0, 0, 0, 0}));
  auto Back = decode<InputCredit>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Bytes, 0x0102u);
  expectExactLength<InputCredit>(Payload);
}

TEST(ForwardedMessages, InputClosedIsEmpty) {
  EXPECT_TRUE(encoded(InputClosed()).empty());
  expectExactLength<InputClosed>({});
}

//===----------------------------------------------------------------------===//
// The guest's process
//===----------------------------------------------------------------------===//

TEST(ForwardedMessages, SignalIsTheSpecifiedBytes) {
  std::vector<uint8_t> Payload = encoded(wire::Signal{15, true});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{15, 0, 0, 0, 1}));
  auto Back = decode<wire::Signal>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Number, 15u);
  EXPECT_TRUE(Back->ToGroup);
  EXPECT_FALSE(decode<wire::Signal>(encoded(wire::Signal{15}))->ToGroup);
  expectExactLength<wire::Signal>(Payload);
  expectTaken<wire::Signal>(Payload, 0, 1, 64, NoSignal);
  expectTaken<wire::Signal>(Payload, 3, 0, 0, NoSignal);
  expectTaken<wire::Signal>(Payload, 4, 0, 1, NoFlag);
}

TEST(ForwardedMessages, SignalSentIsEmpty) {
  EXPECT_TRUE(encoded(SignalSent()).empty());
  expectExactLength<SignalSent>({});
}

TEST(ForwardedMessages, EndGroupIsEmpty) {
  EXPECT_TRUE(encoded(EndGroup()).empty());
  expectExactLength<EndGroup>({});
}

TEST(ForwardedMessages, StoppedIsTheSpecifiedBytes) {
  std::vector<uint8_t> Payload = encoded(Stopped{19});
  EXPECT_EQ(Payload, (std::vector<uint8_t>{19, 0, 0, 0}));
  auto Back = decode<Stopped>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_EQ(Back->Signal, 19u);
  expectExactLength<Stopped>(Payload);
  expectTaken<Stopped>(Payload, 0, 1, 64, NoSignal);
  expectTaken<Stopped>(Payload, 1, 0, 0, NoSignal);
}

TEST(ForwardedMessages, PublishIsTheSpecifiedBytes) {
  Publish Message;
  Message.Words.push({0x0108, 0x0304});
  std::vector<uint8_t> Payload = encoded(Message);
  EXPECT_EQ(Payload, (std::vector<uint8_t>{1, 0, 0, 0,                // number
                                           8, 1, 0, 0, 0, 0, 0, 0,    // Offset
                                           4, 3, 0, 0, 0, 0, 0, 0})); // Value
  auto Back = decode<Publish>(Payload);
  ASSERT_TRUE(Back);
  ASSERT_EQ(Back->Words.size(), 1u);
  EXPECT_EQ(Back->Words[0].Offset, 0x0108u);
  EXPECT_EQ(Back->Words[0].Value, 0x0304u);
  expectExactLength<Publish>(Payload);
  EXPECT_EQ(whyNot<Publish>(encoded(Publish())), "nothing to be published");
  for (uint8_t Odd = 1; Odd != 8; ++Odd) {
    Payload[4] = Odd;
    EXPECT_EQ(whyNot<Publish>(Payload), "a word that is not aligned");
  }
}

TEST(ForwardedMessages, WantedIsTheSpecifiedBytes) {
  Wanted Message;
  Message.Functions.push(3);
  Message.Functions.push(0x0102);
  std::vector<uint8_t> Payload = encoded(Message);
  EXPECT_EQ(Payload,
            (std::vector<uint8_t>{2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 0, 0}));
  auto Back = decode<Wanted>(Payload);
  ASSERT_TRUE(Back);
  ASSERT_EQ(Back->Functions.size(), 2u);
  EXPECT_EQ(Back->Functions[1], 0x0102u);
  expectExactLength<Wanted>(Payload);
  EXPECT_EQ(whyNot<Wanted>(encoded(Wanted())),
            "no function that the program wants");
  EXPECT_LE(4 + 4 * Wanted::Most, maxPayload(MessageType::Wanted));
}

TEST(ForwardedMessages, EndedIsTheSpecifiedBytes) {
  Ended Message = {true, 11, false, 0x0102, 0x0304, 0x0506, true, "ab"};
  std::vector<uint8_t> Payload = encoded(Message);
  EXPECT_EQ(Payload,
            (std::vector<uint8_t>{1,                          // Signaled
                                  11, 0, 0, 0,                // Code
                                  0,                          // DumpedCore
                                  2,  1, 0, 0, 0,   0,  0, 0, // UserTime
                                  4,  3, 0, 0, 0,   0,  0, 0, // SystemTime
                                  6,  5, 0, 0, 0,   0,  0, 0, // Peak
                                  1,                          // LeavesCallers
                                  2,  0, 0, 0, 'a', 'b'}));   // CrashMemory
  auto Back = decode<Ended>(Payload);
  ASSERT_TRUE(Back);
  EXPECT_TRUE(Back->Signaled);
  EXPECT_EQ(Back->Code, 11u);
  EXPECT_FALSE(Back->DumpedCore);
  EXPECT_EQ(Back->UserUs, 0x0102u);
  EXPECT_EQ(Back->SystemUs, 0x0304u);
  EXPECT_EQ(Back->PeakKiB, 0x0506u);
  EXPECT_TRUE(Back->LeavesCallers);
  EXPECT_EQ(Back->CrashMemory, "ab");
  expectExactLength<Ended>(Payload);
  expectTaken<Ended>(Payload, 5, 0, 1, NoFlag);
}

Ended endedWith(bool Signaled, uint32_t Code) {
  Ended Message;
  Message.Signaled = Signaled;
  Message.Code = Code;
  return Message;
}

TEST(ForwardedMessages, EndedIsAStatusOrASignal) {
  constexpr char Why[] = "an end that is neither a status nor a signal";
  auto Check = [](bool Signaled, uint32_t Code) {
    return whyNot<Ended>(encoded(endedWith(Signaled, Code)));
  };
  EXPECT_EQ(Check(false, 0), "");
  EXPECT_EQ(Check(false, 255), "");
  EXPECT_EQ(Check(false, 256), Why);
  EXPECT_EQ(Check(false, UINT32_MAX), Why);
  EXPECT_EQ(Check(true, 0), Why);
  EXPECT_EQ(Check(true, 1), "");
  EXPECT_EQ(Check(true, 64), "");
  EXPECT_EQ(Check(true, 65), Why);
  std::vector<uint8_t> Payload = encoded(endedWith(true, 9));
  for (unsigned Value = 2; Value != 256; ++Value) {
    Payload[0] = static_cast<uint8_t>(Value);
    EXPECT_EQ(whyNot<Ended>(Payload), NoFlag) << Value;
  }
}

TEST(ForwardedMessages, EndedHasNoMoreCrashMemoryThanThereIs) {
  std::string Memory(CrashMemorySize, 'x');
  Ended Message;
  Message.CrashMemory = Memory;
  EXPECT_EQ(whyNot<Ended>(encoded(Message)), "");
  Memory += 'x';
  Message.CrashMemory = Memory;
  EXPECT_EQ(whyNot<Ended>(encoded(Message)), "more crash memory than there is");
}

} // namespace

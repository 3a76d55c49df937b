//===- FrameTest.cpp - What a header may say ------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/Frame.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

using namespace remoterun::wire;

namespace {

using HeaderBytes = std::array<uint8_t, FrameHeader::Size>;

/// The tables of PROTOCOL.md, section 3.
struct Row {
  uint16_t Number;
  const char *Name;
  bool FromExecutor;
  uint64_t MaxPayload;
};
constexpr uint64_t KiB = 1024, MiB = 1024 * KiB, GiB = 1024 * MiB;
constexpr Row Specified[] = {
    {1, "Hello", true, 4 * KiB},
    {2, "Load", false, 1 * MiB},
    {3, "Lookup", false, 256 * MiB},
    {4, "LookupReply", true, 128 * MiB},
    {5, "Reserve", false, 16 * MiB},
    {6, "Write", false, 64 * GiB},
    {7, "Finalize", false, 16 * MiB},
    {8, "Interpose", false, 256 * MiB},
    {9, "Run", false, 64 * MiB},
    {10, "Running", true, 0},
    {11, "Failed", true, 64 * KiB},
    {12, "DescribeCpu", false, 0},
    {13, "Cpu", true, 64 * KiB},
    {14, "Start", false, 64 * MiB},
    {15, "Input", false, 64 * KiB},
    {16, "OutputCredit", false, 9},
    {17, "CloseOutput", false, 1},
    {18, "Signal", false, 5},
    {19, "Output", true, 128 * KiB},
    {20, "InputCredit", true, 8},
    {21, "InputClosed", true, 0},
    {22, "Stopped", true, 4},
    {23, "Ended", true, 128 * KiB},
    {24, "EndGroup", false, 0},
    {25, "SignalSent", true, 0},
    {26, "Elsewhere", true, 64 * KiB},
    {27, "Restart", false, 8},
    {28, "Share", false, 4 * KiB},
    {29, "Shared", true, 4 * KiB},
    {30, "Open", false, 0},
    {31, "Opened", true, 32},
    {32, "AddModule", false, 16 * MiB},
    {33, "StartModule", false, 16 * MiB},
    {34, "ModuleStarted", true, 128 * KiB},
    {35, "RemoveModule", false, 5},
    {36, "ModuleRemoved", true, 5},
    {37, "Call", false, GiB},
    {38, "Returned", true, GiB},
    {39, "ReadMemory", false, 16},
    {40, "MemoryRead", true, GiB},
    {41, "WriteMemory", false, GiB},
    {42, "MemoryWritten", true, 1},
    {43, "Dying", true, 64 * KiB},
    {44, "Place", false, 64 * KiB},
    {45, "Publish", false, 64 * KiB},
    {46, "Wanted", true, 64 * KiB},
    {47, "AskKept", false, 256 * KiB},
    {48, "Kept", true, 64 * KiB},
    {49, "WriteKept", false, 256 * KiB},
    {50, "Keep", false, 256 * KiB},
    {51, "Stored", true, 4 * KiB},
};

HeaderBytes valid() { return encodeHeader({MessageType::Lookup, 100}); }

std::string whyNot(const HeaderBytes &Bytes, bool FromExecutor) {
  auto Header = decodeHeader(Bytes, FromExecutor);
  return Header ? "" : Header.error().Why;
}

TEST(Frame, HeaderIsTheSpecifiedBytes) {
  HeaderBytes Bytes = encodeHeader({MessageType::Run, 0x0102030405});
  const uint8_t Expected[16] = {'R', 'R', 'U', 'N', 9, 0, 0, 0,
                                5,   4,   3,   2,   1, 0, 0, 0};
  EXPECT_EQ(std::memcmp(Bytes.data(), Expected, sizeof(Expected)), 0);
}

TEST(Frame, EveryTypeIsAsSpecified) {
  for (const Row &Row : Specified) {
    auto Type = static_cast<MessageType>(Row.Number);
    EXPECT_STREQ(messageName(Type), Row.Name);
    EXPECT_EQ(isFromExecutor(Type), Row.FromExecutor) << Row.Name;
    EXPECT_EQ(maxPayload(Type), Row.MaxPayload) << Row.Name;
  }
}

TEST(Frame, EveryTypePassesAtItsLimitAndFailsBeyond) {
  for (const Row &Row : Specified) {
    auto Type = static_cast<MessageType>(Row.Number);
    auto Largest =
        decodeHeader(encodeHeader({Type, Row.MaxPayload}), Row.FromExecutor);
    ASSERT_TRUE(Largest) << Row.Name;
    EXPECT_EQ(Largest->Type, Type);
    EXPECT_EQ(Largest->PayloadSize, Row.MaxPayload);
    for (uint64_t Beyond : {Row.MaxPayload + 1, UINT64_MAX})
      EXPECT_EQ(whyNot(encodeHeader({Type, Beyond}), Row.FromExecutor),
                "a payload larger than its message allows")
          << Row.Name;
  }
}

TEST(Frame, EveryTypeHasOneDirection) {
  for (const Row &Row : Specified)
    EXPECT_EQ(whyNot(encodeHeader({static_cast<MessageType>(Row.Number), 0}),
                     !Row.FromExecutor),
              "a message of the other direction")
        << Row.Name;
}

TEST(Frame, NoOtherTypeIsKnown) {
  for (unsigned Number = 0; Number != 0x10000; ++Number) {
    if (Number >= 1 && Number <= std::size(Specified))
      continue;
    HeaderBytes Bytes = valid();
    Bytes[4] = static_cast<uint8_t>(Number);
    Bytes[5] = static_cast<uint8_t>(Number >> 8);
    ASSERT_EQ(whyNot(Bytes, true), "a message of unknown type") << Number;
    ASSERT_EQ(whyNot(Bytes, false), "a message of unknown type") << Number;
  }
}

TEST(Frame, EveryBitOfTheMagicCounts) {
  for (unsigned Bit = 0; Bit != 32; ++Bit) {
    HeaderBytes Bytes = valid();
    Bytes[Bit / 8] ^= static_cast<uint8_t>(1u << (Bit % 8));
    EXPECT_EQ(whyNot(Bytes, false), "bytes that are not a frame") << Bit;
  }
}

TEST(Frame, EveryReservedBitIsZero) {
  for (unsigned Bit = 0; Bit != 16; ++Bit) {
    HeaderBytes Bytes = valid();
    Bytes[6 + Bit / 8] ^= static_cast<uint8_t>(1u << (Bit % 8));
    EXPECT_EQ(whyNot(Bytes, false), "a header with reserved bits set") << Bit;
  }
}

} // namespace

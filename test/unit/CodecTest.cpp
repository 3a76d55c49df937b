//===- CodecTest.cpp - Scalars and strings against their bytes ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/Codec.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

using namespace remoterun;
using wire::ByteReader;
using wire::ByteWriter;

namespace {

std::span<const uint8_t> bytes(std::initializer_list<uint8_t> List) {
  return {List.begin(), List.size()};
}

std::string hex(const ByteBuffer &Buffer) {
  static constexpr char Digits[] = "0123456789abcdef";
  std::string Text;
  for (uint8_t Byte : Buffer) {
    Text += Digits[Byte >> 4];
    Text += Digits[Byte & 15];
  }
  return Text;
}

TEST(Codec, WritesLittleEndian) {
  ByteBuffer Out;
  ByteWriter Writer(Out);
  Writer.u8(0x01);
  Writer.u16(0x0203);
  Writer.u32(0x04050607);
  Writer.u64(0x08090a0b0c0d0e0f);
  EXPECT_EQ(hex(Out), "01"
                      "0302"
                      "07060504"
                      "0f0e0d0c0b0a0908");
}

TEST(Codec, WritesRangesAndStrings) {
  ByteBuffer Out;
  ByteWriter Writer(Out);
  Writer.range({ExecutorAddr(0x1122334455667788), 2});
  Writer.string("ab");
  Writer.string("");
  EXPECT_EQ(hex(Out), "8877665544332211"
                      "0200000000000000"
                      "02000000"
                      "6162"
                      "00000000");
}

TEST(Codec, StringsAreBytes) {
  std::string AllBytes;
  for (int I = 0; I != 256; ++I)
    AllBytes += static_cast<char>(I);
  ByteBuffer Out;
  ByteWriter(Out).string(AllBytes);
  ByteReader Reader(Out.span());
  EXPECT_EQ(Reader.string(), AllBytes);
  EXPECT_TRUE(Reader.finished());
}

TEST(Codec, ReadsTheExtremes) {
  ByteBuffer Out;
  ByteWriter Writer(Out);
  for (uint64_t Value :
       {uint64_t(0), uint64_t(1), uint64_t(1) << 63, UINT64_MAX})
    Writer.u64(Value);
  ByteReader Reader(Out.span());
  EXPECT_EQ(Reader.u64(), 0u);
  EXPECT_EQ(Reader.u64(), 1u);
  EXPECT_EQ(Reader.u64(), uint64_t(1) << 63);
  EXPECT_EQ(Reader.u64(), UINT64_MAX);
  EXPECT_TRUE(Reader.finished());
}

TEST(Codec, IsNotFinishedWithBytesLeft) {
  std::initializer_list<uint8_t> Data = {1, 2};
  ByteReader Reader(bytes(Data));
  EXPECT_EQ(Reader.u8(), 1);
  EXPECT_FALSE(Reader.failed());
  EXPECT_FALSE(Reader.finished());
}

TEST(Codec, FailsForGoodAtTheEnd) {
  std::initializer_list<uint8_t> Data = {1, 2, 3};
  ByteReader Reader(bytes(Data));
  EXPECT_EQ(Reader.u32(), 0u);
  EXPECT_TRUE(Reader.failed());
  // There are three bytes that could be read, but what they would mean is lost.
  EXPECT_EQ(Reader.u8(), 0);
  EXPECT_EQ(Reader.string(), "");
  EXPECT_FALSE(Reader.finished());
}

TEST(Codec, FailsWhereAStringIsLongerThanTheRest) {
  std::initializer_list<uint8_t> Data = {3, 0, 0, 0, 'a', 'b'};
  ByteReader Reader(bytes(Data));
  EXPECT_EQ(Reader.string(), "");
  EXPECT_TRUE(Reader.failed());
}

TEST(Codec, FailsWhereAStringWouldWrap) {
  std::initializer_list<uint8_t> Data = {0xff, 0xff, 0xff, 0xff, 'a'};
  ByteReader Reader(bytes(Data));
  EXPECT_EQ(Reader.string(), "");
  EXPECT_TRUE(Reader.failed());
}

TEST(Codec, CountsWhatCanBeThere) {
  std::initializer_list<uint8_t> Data = {2, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9};
  ByteReader Exact(bytes(Data));
  EXPECT_EQ(Exact.count(4), 2u);
  EXPECT_FALSE(Exact.failed());
  ByteReader TooLarge(bytes(Data));
  EXPECT_EQ(TooLarge.count(5), 0u);
  EXPECT_TRUE(TooLarge.failed());
}

TEST(Codec, CountsNothingFromAHugePromise) {
  // 2^32 - 1 elements of 17 bytes: a product of 36 bits.
  std::initializer_list<uint8_t> Data = {0xff, 0xff, 0xff, 0xff, 0};
  ByteReader Reader(bytes(Data));
  EXPECT_EQ(Reader.count(17), 0u);
  EXPECT_TRUE(Reader.failed());
}

TEST(Codec, ReadsNothingFromNothing) {
  ByteReader Reader({});
  EXPECT_TRUE(Reader.finished());
  EXPECT_EQ(Reader.u8(), 0);
  EXPECT_TRUE(Reader.failed());
}

} // namespace

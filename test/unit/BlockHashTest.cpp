//===- BlockHashTest.cpp - The hash of what a far end keeps ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/BlockHash.h"

#include "llvm/Support/BLAKE3.h"

#include <gtest/gtest.h>

#include <vector>

using namespace remoterun;

namespace {

/// No two blocks of 64 of these are the same.
std::vector<uint8_t> bytes(size_t Size) {
  std::vector<uint8_t> Made(Size);
  for (size_t I = 0; I != Size; ++I)
    Made[I] = static_cast<uint8_t>(I * 7 + I / 64 * 13 + I / 8192);
  return Made;
}

TEST(BlockHash, IsLlvmsBlake3) {
  // Around the ends of a compression, of a chunk, and of trees of all shapes.
  std::vector<size_t> Sizes = {0, 1, 3, 4, 63, 64, 65, 127, 128, 1023};
  for (size_t Chunks = 1; Chunks != 20; ++Chunks)
    for (size_t Size : {Chunks * 1024, Chunks * 1024 + 1, Chunks * 1024 + 777})
      Sizes.push_back(Size);
  Sizes.push_back(65536);
  Sizes.push_back(1000003);
  for (size_t Size : Sizes) {
    const std::vector<uint8_t> Bytes = bytes(Size);
    EXPECT_EQ(wire::hashOfBlock(Bytes), llvm::BLAKE3::hash<32>(Bytes))
        << Size << " bytes";
  }
}

TEST(BlockHash, IsThePapersForNothing) {
  // The first of the test vectors that BLAKE3's authors publish.
  const wire::BlockHash Hash = wire::hashOfBlock({});
  EXPECT_EQ(Hash[0], 0xAF);
  EXPECT_EQ(Hash[1], 0x13);
  EXPECT_EQ(Hash[2], 0x49);
  EXPECT_EQ(Hash[3], 0xB9);
}

TEST(BlockHash, ChangesWithEachByte) {
  std::vector<uint8_t> Bytes = bytes(3000);
  const wire::BlockHash Before = wire::hashOfBlock(Bytes);
  for (size_t I = 0; I < Bytes.size(); I += 97) {
    Bytes[I] ^= 1;
    EXPECT_NE(wire::hashOfBlock(Bytes), Before) << I;
    Bytes[I] ^= 1;
  }
}

} // namespace

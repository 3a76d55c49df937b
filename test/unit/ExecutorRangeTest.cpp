//===- ExecutorRangeTest.cpp - Ranges at the edges of 64 bits -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "remote-run/ExecutorAddr.h"

#include <gtest/gtest.h>

#include <vector>

using namespace remoterun;

namespace {

constexpr uint64_t Max = UINT64_MAX;

constexpr ExecutorRange range(uint64_t Start, uint64_t Size) {
  return {ExecutorAddr(Start), Size};
}

TEST(ExecutorAddr, OrdersAndMoves) {
  EXPECT_TRUE(ExecutorAddr().isNull());
  EXPECT_FALSE(ExecutorAddr(1).isNull());
  EXPECT_LT(ExecutorAddr(1), ExecutorAddr(Max));
  EXPECT_EQ(ExecutorAddr(10) + 5, ExecutorAddr(15));
  EXPECT_EQ(ExecutorAddr(Max) - ExecutorAddr(1), Max - 1);
}

TEST(ExecutorRange, ContainsWhatLiesInside) {
  EXPECT_TRUE(range(100, 10).contains(range(100, 10)));
  EXPECT_TRUE(range(100, 10).contains(range(109, 1)));
  EXPECT_FALSE(range(100, 10).contains(range(99, 1)));
  EXPECT_FALSE(range(100, 10).contains(range(109, 2)));
  EXPECT_FALSE(range(100, 10).contains(range(110, 1)));
  EXPECT_FALSE(range(100, 10).contains(range(100, 11)));
}

TEST(ExecutorRange, ContainsNothingAtItsEnd) {
  EXPECT_TRUE(range(100, 10).contains(range(110, 0)));
  EXPECT_FALSE(range(100, 10).contains(range(111, 0)));
  EXPECT_TRUE(range(100, 0).contains(range(100, 0)));
  EXPECT_FALSE(range(100, 0).contains(range(100, 1)));
}

TEST(ExecutorRange, DoesNotWrap) {
  // Start + Size of the second is 105 in 64 bits, and inside.
  EXPECT_FALSE(range(100, 10).contains(range(106, Max)));
  EXPECT_FALSE(range(100, 10).contains(range(Max, 106)));
  EXPECT_FALSE(range(0, Max).contains(range(1, Max)));
  EXPECT_TRUE(range(1, Max).contains(range(Max, 1)));
  EXPECT_TRUE(range(0, Max).contains(range(Max - 1, 1)));
  EXPECT_FALSE(range(0, Max).contains(range(Max, 1)));
}

TEST(ExecutorRange, OverlapsAtTheEdges) {
  EXPECT_TRUE(range(0, 2).overlaps(range(1, 1)));
  EXPECT_FALSE(range(0, 1).overlaps(range(1, 1)));
  EXPECT_TRUE(range(Max, 1).overlaps(range(Max, 1)));
  EXPECT_TRUE(range(0, Max).overlaps(range(Max - 1, 1)));
  EXPECT_FALSE(range(0, Max).overlaps(range(Max, 1)));
  EXPECT_FALSE(range(5, 0).overlaps(range(0, 10)));
}

// The same questions in 128 bits, where nothing wraps.
TEST(ExecutorRange, AgreesWithWiderArithmetic) {
  using Wide = unsigned __int128;
  std::vector<uint64_t> Edges = {0,       1,       2,          4095,
                                 4096,    4097,    Max / 2,    Max / 2 + 1,
                                 Max - 1, Max - 2, Max - 4096, Max};
  std::vector<ExecutorRange> Ranges;
  for (uint64_t Start : Edges)
    for (uint64_t Size : Edges)
      Ranges.push_back(range(Start, Size));
  for (ExecutorRange A : Ranges) {
    for (ExecutorRange B : Ranges) {
      Wide AStart = A.Start.value(), AEnd = AStart + A.Size;
      Wide BStart = B.Start.value(), BEnd = BStart + B.Size;
      bool Contains = BStart >= AStart && BEnd <= AEnd;
      bool Overlaps =
          A.Size != 0 && B.Size != 0 && AStart < BEnd && BStart < AEnd;
      ASSERT_EQ(A.contains(B), Contains)
          << A.Start.value() << "+" << A.Size << ", " << B.Start.value() << "+"
          << B.Size;
      ASSERT_EQ(A.overlaps(B), Overlaps)
          << A.Start.value() << "+" << A.Size << ", " << B.Start.value() << "+"
          << B.Size;
    }
  }
}

} // namespace

//===- ListTest.cpp - The array that stands for std::vector ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "wire/List.h"

#include <gtest/gtest.h>

using namespace remoterun;

namespace {

TEST(List, StartsEmpty) {
  List<int> Empty;
  EXPECT_TRUE(Empty.empty());
  EXPECT_EQ(Empty.size(), 0u);
  EXPECT_EQ(Empty.begin(), Empty.end());
  EXPECT_TRUE(Empty.span().empty());
}

TEST(List, KeepsItsElementsWhileItGrows) {
  List<size_t> Numbers;
  for (size_t I = 0; I != 10000; ++I)
    Numbers.push(I);
  ASSERT_EQ(Numbers.size(), 10000u);
  for (size_t I = 0; I != 10000; ++I)
    ASSERT_EQ(Numbers[I], I);
}

TEST(List, AppendsAcrossItsCapacity) {
  List<char> Text;
  for (int I = 0; I != 100; ++I)
    Text.append("abc", 3);
  ASSERT_EQ(Text.size(), 300u);
  EXPECT_EQ(Text[0], 'a');
  EXPECT_EQ(Text[299], 'c');
  Text.append(nullptr, 0);
  EXPECT_EQ(Text.size(), 300u);
}

TEST(List, ResizesBothWays) {
  List<int> Numbers;
  Numbers.push(7);
  Numbers.resize(1000);
  EXPECT_EQ(Numbers.size(), 1000u);
  EXPECT_EQ(Numbers[0], 7);
  Numbers.resize(1);
  EXPECT_EQ(Numbers.size(), 1u);
  EXPECT_EQ(Numbers[0], 7);
  Numbers.clear();
  EXPECT_TRUE(Numbers.empty());
}

TEST(List, MovesWithoutCopying) {
  List<int> From;
  From.push(1);
  const int *Where = From.data();
  List<int> To(std::move(From));
  EXPECT_EQ(To.data(), Where);
  EXPECT_EQ(To.size(), 1u);
  List<int> Third;
  Third.push(2);
  Third = std::move(To);
  EXPECT_EQ(Third.data(), Where);
  EXPECT_EQ(Third[0], 1);
}

TEST(List, MovesFromIsReusable) {
  List<int> From;
  From.push(1);
  List<int> To(std::move(From));
  From.push(2);
  EXPECT_EQ(From.size(), 1u);
  EXPECT_EQ(From[0], 2);
  EXPECT_EQ(To[0], 1);
}

TEST(ListDeathTest, EndsTheProcessWhereTheSizeWraps) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        List<uint64_t> Huge;
        Huge.resize(SIZE_MAX / 4);
      },
      testing::KilledBySignal(SIGABRT), "");
}

} // namespace

//===- LoadedObjectTest.cpp - What lies at an address ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LoadedObject.h"
#include "executor/base/Libc.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <unistd.h>

using namespace remoterun::executor;

namespace {

int OurVariable = 1;

/// Of a function or a variable.
template <typename T> uint64_t addressOf(T *Place) {
  return reinterpret_cast<uintptr_t>(Place);
}

/// The program headers say what glibc says that has a function for it.
void expectSameOf(uint64_t Address) {
  LoadedObject Quick = loadedObjectAt(Address);
  LoadedObject Described = describeLoadedObject(Address);
  ASSERT_TRUE(Described.Path);
  EXPECT_STREQ(Described.Path, Quick.Path);
  EXPECT_EQ(Described.Base, Quick.Base);
  EXPECT_EQ(Described.UnwindTable, Quick.UnwindTable);
  EXPECT_EQ(Described.UnwindEntries, Quick.UnwindEntries);
  EXPECT_LE(addressOf(Described.Start), Address);
  EXPECT_GT(addressOf(Described.End), Address);
  EXPECT_LE(addressOf(Quick.Start), Address);
  EXPECT_GT(addressOf(Quick.End), Address);
  // glibc rounds to pages, and tells a segment alone where there is a gap
  // between two.
  auto PageSize = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  EXPECT_GT(addressOf(Quick.Start) + PageSize, addressOf(Described.Start));
  EXPECT_LT(addressOf(Quick.End), addressOf(Described.End) + PageSize);
}

TEST(LoadedObjectTest, HeadersSayTheSame) {
  completeLibc();
  ASSERT_TRUE(libc.dl_find_object) << "needs glibc 2.35";
  expectSameOf(addressOf(&std::abort));
  expectSameOf(addressOf(static_cast<double (*)(double)>(&std::lgamma)));
  expectSameOf(addressOf(&expectSameOf));
  expectSameOf(addressOf(&OurVariable));
}

TEST(LoadedObjectTest, HeadersSufficeWithoutTheFunction) {
  libc.dl_find_object = nullptr;
  LoadedObject Found = loadedObjectAt(addressOf(&std::abort));
  ASSERT_TRUE(Found.Path);
  EXPECT_TRUE(std::strstr(Found.Path, "libc.so.6")) << Found.Path;
  completeLibc();
}

TEST(LoadedObjectTest, NothingLiesInTheHeap) {
  completeLibc();
  auto Block = std::make_unique<int>();
  EXPECT_FALSE(loadedObjectAt(addressOf(Block.get())).Path);
  EXPECT_FALSE(describeLoadedObject(addressOf(Block.get())).Path);
  EXPECT_FALSE(describeLoadedObject(0).Path);
}

TEST(LoadedObjectTest, ThreadLocalsHaveANumber) {
  // libc has errno.
  EXPECT_NE(describeLoadedObject(addressOf(&std::abort)).ThreadLocals, 0u);
}

} // namespace

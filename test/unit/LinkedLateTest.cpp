//===- LinkedLateTest.cpp - Late code that was linked before --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LinkedLate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <unistd.h>

using namespace remoterun;
using driver::KeptLate;
using driver::LinkedLate;

namespace {

using Bytes = std::vector<uint8_t>;
constexpr size_t FunctionCount = 3;

class LinkedLateTest : public ::testing::Test {
protected:
  void SetUp() override {
    char Name[] = "linked-late.XXXXXX";
    ASSERT_TRUE(::mkdtemp(Name));
    Folder = Name;
    Cache.emplace(Folder);
    LinkedLate Late;
    Late.Bodies = {{.Of = {.Function = 2}, .Address = ExecutorAddr(0x1000)},
                   {.Of = {.Function = 0, .IsFast = true},
                    .Address = ExecutorAddr(0x1800),
                    .Loops = {ExecutorAddr(0x2008), 24}}};
    Late.Symbols = {
        {.Offset = 24, .Name = 7, .Range = {ExecutorAddr(0x1000), 16}}};
    Late.Functions = {{.Name = "two", .Range = {ExecutorAddr(0x1000), 16}},
                      {.Name = "nought",
                       .Range = {ExecutorAddr(0x1800), 8},
                       .IsContinuation = true}};
    Late.Windows = {Code, Constants, Index};
    Late.store(Key, *Cache);
    std::ifstream In(Cache->pathOf(Key), std::ios::binary);
    Written.assign(std::istreambuf_iterator<char>(In), {});
  }
  void TearDown() override {
    std::string Command = "rm -r " + Folder;
    EXPECT_EQ(std::system(Command.c_str()), 0);
  }

  std::optional<KeptLate> find(size_t Functions = FunctionCount) const {
    return KeptLate::find(Key, *Cache, Functions);
  }
  void put(const std::string &Contents) const {
    std::ofstream(Cache->pathOf(Key), std::ios::binary) << Contents;
  }
  /// Whether the code of \p Kept could be had, and all of it was right.
  bool isRead(const KeptLate &Kept) const {
    const Bytes *Expected[] = {&Code, &Constants, &Index};
    Bytes Windows[3];
    const bool IsWhole = Kept.read([&](size_t Window, uint64_t Offset,
                                       llvm::ArrayRef<uint8_t> Piece) {
      ASSERT_LT(Window, 3u);
      EXPECT_EQ(Offset, Windows[Window].size());
      Windows[Window].insert(Windows[Window].end(), Piece.begin(), Piece.end());
    });
    for (size_t Window = 0; Window != 3; ++Window) {
      Bytes Right = *Expected[Window];
      if (!IsWhole)
        Right.resize(std::min(Right.size(), Windows[Window].size()));
      EXPECT_TRUE(Windows[Window] == Right) << Window;
    }
    return IsWhole;
  }

  /// More than is read at once.
  const Bytes Code = Bytes(70000, 0x90), Constants = Bytes(100, 1),
              Index = Bytes(300, 2);
  const jit::CacheKey Key = jit::makeCacheKey({"a test"});
  std::string Folder, Written;
  std::optional<jit::CompilationCache> Cache;
};

TEST_F(LinkedLateTest, WhatWasStoredComesBack) {
  auto Kept = find();
  ASSERT_TRUE(Kept);
  ASSERT_EQ(Kept->bodies().size(), 2u);
  EXPECT_EQ(Kept->bodies()[0].Of.Function, 2u);
  EXPECT_FALSE(Kept->bodies()[0].Of.IsFast);
  EXPECT_EQ(Kept->bodies()[0].Address, ExecutorAddr(0x1000));
  EXPECT_TRUE(Kept->bodies()[1].Of.IsFast);
  EXPECT_EQ(Kept->bodies()[0].Loops.Size, 0u);
  EXPECT_EQ(Kept->bodies()[1].Loops.Start, ExecutorAddr(0x2008));
  EXPECT_EQ(Kept->bodies()[1].Loops.Size, 24u);
  ASSERT_EQ(Kept->symbols().size(), 1u);
  EXPECT_EQ(Kept->symbols()[0].Name, 7u);
  EXPECT_EQ(Kept->used(0), Code.size());
  EXPECT_EQ(Kept->used(1), Constants.size());
  EXPECT_TRUE(isRead(*Kept));
  // The names may be asked for when the rest has been let go.
  auto Functions = Kept->functions();
  Kept.reset();
  const std::vector<jit::LateFunction> *All = Functions->get();
  ASSERT_TRUE(All && All->size() == 2);
  EXPECT_EQ((*All)[1].Name, "nought");
  EXPECT_EQ((*All)[1].Range.Start, ExecutorAddr(0x1800));
  EXPECT_EQ((*All)[1].Range.Size, 8u);
  EXPECT_FALSE((*All)[0].IsContinuation);
  EXPECT_TRUE((*All)[1].IsContinuation);
}

TEST_F(LinkedLateTest, WhatWasDamagedIsNotRead) {
  size_t CodeStart = Written.find(std::string(Code.size(), '\x90'));
  ASSERT_NE(CodeStart, std::string::npos);
  size_t End = CodeStart + Code.size() + Constants.size() + Index.size();
  for (size_t At = 0; At != Written.size();
       At += At > CodeStart && At < End - 1500 ? 997 : 1) {
    std::string Changed = Written;
    Changed[At] ^= 1;
    put(Changed);
    auto Kept = find();
    EXPECT_EQ(Kept.has_value(), At >= CodeStart && At < End) << At;
    if (Kept)
      EXPECT_FALSE(isRead(*Kept)) << At;
  }
}

TEST_F(LinkedLateTest, WhatIsCutOffMeanwhileIsNotRead) {
  for (size_t Size : {Written.size() - 200, Written.size() / 2, size_t(0)}) {
    put(Written);
    auto Kept = find();
    ASSERT_TRUE(Kept);
    put(Written.substr(0, Size));
    EXPECT_FALSE(isRead(*Kept)) << Size;
  }
}

/// With checksums that are right.
TEST_F(LinkedLateTest, WhatIsForgedIsNothingOrOfTheProgram) {
  std::string Distrust;
  auto Kept = jit::readKeyedStart(Cache->pathOf(Key), Key, Distrust);
  ASSERT_TRUE(Kept);
  const size_t StartSize = Kept->Bytes.size();
  auto Rest = Kept->File.readRest();
  ASSERT_TRUE(Rest);
  const std::string Whole =
      std::string(Kept->Bytes.begin(), Kept->Bytes.end()) +
      std::string(Rest->begin(), Rest->end());
  for (size_t At = 0; At != StartSize; ++At) {
    std::string Forged = Whole;
    Forged[At] ^= '\xff';
    ASSERT_TRUE(
        jit::writeKeyedFile(Cache->pathOf(Key), Forged, StartSize, Key));
    auto Found = find();
    if (!Found)
      continue;
    for (const LinkedLate::Body &Each : Found->bodies())
      EXPECT_LT(Each.Of.Function, FunctionCount) << At;
    for (const jit::BodySymbol &Each : Found->symbols())
      EXPECT_LE(Each.Offset + jit::BodySymbols::SymbolSize,
                jit::BodySymbols::sizeFor(FunctionCount))
          << At;
    // First the sizes and checksums of windows, which are not right then.
    EXPECT_EQ(isRead(*Found), At >= 3 * 12 + 4 * 8) << At;
    if (const auto *All = Found->functions()->get())
      EXPECT_EQ(All->size(), 2u) << At;
  }
}

TEST_F(LinkedLateTest, WhatIsOfMoreFunctionsIsNone) {
  EXPECT_FALSE(find(FunctionCount - 1));
}

} // namespace

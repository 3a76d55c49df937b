//===- UnwindIndexTest.cpp - The sorted index of .eh_frame ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/UnwindIndex.h"

#include <gtest/gtest.h>

#include <array>

using namespace remoterun;
using namespace remoterun::jit;
using llvm::endianness;

namespace {

namespace endian = llvm::support::endian;

/// A .eh_frame that describes functions of 16 bytes at these addresses.
std::vector<uint8_t> tableOf(std::initializer_list<uint32_t> Functions,
                             uint64_t Address, endianness Order) {
  // A common entry: version 1, addresses relative and of 4 bytes.
  std::vector<uint8_t> Table = {0,   0, 0, 0,    0,  0, 0,    0, 1, 'z',
                                'R', 0, 1, 0x78, 16, 1, 0x1b, 0, 0, 0};
  auto Write = [&](size_t At, uint64_t Value) {
    endian::write32(Table.data() + At, static_cast<uint32_t>(Value), Order);
  };
  Write(0, Table.size() - 4);
  for (uint32_t Function : Functions) {
    size_t Start = Table.size();
    Table.resize(Start + 20);
    Write(Start, 16);
    Write(Start + 4, Start + 4);
    Write(Start + 8, Function - (Address + Start + 8));
    Write(Start + 12, 16);
  }
  Table.resize(Table.size() + 4); // Its end.
  return Table;
}

/// An index of two functions, with room for two more.
struct Growing {
  static constexpr uint64_t Here = 0x10000;

  explicit Growing(endianness Order) : Order(Order) {
    UnwindIndex First(Order, 8);
    add(First, {0x2020, 0x2000}, 0x1000);
    First.write(
        llvm::MutableArrayRef(Section).take_front(UnwindIndex::sizeFor(2)),
        Here);
  }

  void add(UnwindIndex &Index, std::initializer_list<uint32_t> Functions,
           uint64_t Address) {
    Index.add({tableOf(Functions, Address, Order), Address});
  }
  Expected<uint64_t> append(std::initializer_list<uint32_t> Functions,
                            uint64_t Address) {
    UnwindIndex Index(Order, 8);
    add(Index, Functions, Address);
    return Index.append(Section, Here);
  }
  uint32_t number(size_t At) const {
    return endian::read32(Section.data() + At, Order);
  }
  /// The functions, as they are sorted.
  std::vector<uint64_t> functions() const {
    std::vector<uint64_t> Found;
    for (uint32_t I = 0; I != number(8); ++I)
      Found.push_back(static_cast<uint32_t>(Here + number(12 + 8 * I)));
    return Found;
  }

  endianness Order;
  alignas(4) std::array<uint8_t, UnwindIndex::sizeFor(4)> Section = {};
};

TEST(UnwindIndex, GrowsBehindItsLastFunction) {
  for (endianness Order : {endianness::little, endianness::big}) {
    Growing Index(Order);
    EXPECT_EQ(Index.functions(), (std::vector<uint64_t>{0x2000, 0x2020}));
    auto Used = Index.append({0x2060, 0x2040}, 0x1800);
    ASSERT_TRUE(Used) << Used.error().Message;
    EXPECT_EQ(*Used, Index.Section.size());
    EXPECT_EQ(Index.functions(),
              (std::vector<uint64_t>{0x2000, 0x2020, 0x2040, 0x2060}));
    // The description of the third is the second of its table.
    EXPECT_EQ(
        static_cast<uint32_t>(Growing::Here + Index.number(12 + 8 * 2 + 4)),
        0x1800u + 20 + 20);
  }
}

TEST(UnwindIndex, GrowsByNothing) {
  for (endianness Order : {endianness::little, endianness::big}) {
    Growing Index(Order);
    UnwindIndex Empty(Order, 8);
    auto Used = Empty.append(Index.Section, Growing::Here);
    ASSERT_TRUE(Used) << Used.error().Message;
    EXPECT_EQ(*Used, UnwindIndex::sizeFor(2));
    EXPECT_EQ(Index.functions().size(), 2u);
  }
}

TEST(UnwindIndex, DoesNotGrowOutOfItsOrderOrRoom) {
  for (endianness Order : {endianness::little, endianness::big}) {
    Growing Index(Order);
    auto Before = Index.Section;
    auto Unordered = Index.append({0x3000, 0x2020}, 0x1800);
    ASSERT_FALSE(Unordered);
    EXPECT_NE(Unordered.error().Message.find("not behind"), std::string::npos);
    auto Full = Index.append({0x3000, 0x3020, 0x3040}, 0x1800);
    ASSERT_FALSE(Full);
    EXPECT_NE(Full.error().Message.find("full: 52 bytes do not fit into 44"),
              std::string::npos)
        << Full.error().Message;
    EXPECT_EQ(Index.Section, Before);
    Index.Section[2] = 0xff; // No table.
    EXPECT_FALSE(Index.append({0x3000}, 0x1800));
  }
}

} // namespace

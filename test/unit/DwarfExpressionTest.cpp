//===- DwarfExpressionTest.cpp - Expressions of call frame information ----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/DwarfExpression.h"

#include <gtest/gtest.h>

#include <vector>

using namespace remoterun::executor;

namespace {

using Bytes = std::vector<uint8_t>;

RegisterFile numbered() {
  RegisterFile Registers;
  for (unsigned I = 0; I != DwarfRegisterCount; ++I)
    Registers.Values[I] = 1000 + I;
  return Registers;
}

std::optional<uint64_t> value(const Bytes &Code,
                              std::optional<uint64_t> Initial = std::nullopt) {
  return evaluateExpression({Code.data(), Code.data() + Code.size()},
                            numbered(), Initial);
}

constexpr uint64_t Minus(uint64_t Value) { return -Value; }

// The numbers are those of DWARF 5, section 7.7.1.

TEST(DwarfExpression, Constants) {
  EXPECT_EQ(value({0x30}), 0u);                   // lit0
  EXPECT_EQ(value({0x4f}), 31u);                  // lit31
  EXPECT_EQ(value({0x08, 0xff}), 255u);           // const1u
  EXPECT_EQ(value({0x09, 0xff}), Minus(1));       // const1s
  EXPECT_EQ(value({0x0a, 0xfe, 0xff}), 0xfffeu);  // const2u
  EXPECT_EQ(value({0x0b, 0xfe, 0xff}), Minus(2)); // const2s
  EXPECT_EQ(value({0x0c, 1, 0, 0, 0x80}), 0x80000001u);
  EXPECT_EQ(value({0x0d, 0xfd, 0xff, 0xff, 0xff}), Minus(3));
  EXPECT_EQ(value({0x0e, 1, 2, 3, 4, 5, 6, 7, 8}), 0x0807060504030201u);
  EXPECT_EQ(value({0x10, 0xe5, 0x8e, 0x26}), 624485u);       // constu
  EXPECT_EQ(value({0x11, 0xc0, 0xbb, 0x78}), Minus(123456)); // consts
  // Of one byte and of two, the second highest bit of the last is the sign
  // (figure 5 of section 7.6).
  EXPECT_EQ(value({0x11, 0x20}), 32u);
  EXPECT_EQ(value({0x11, 0x3f}), 63u);
  EXPECT_EQ(value({0x11, 0x40}), Minus(64));
  EXPECT_EQ(value({0x11, 0x5f}), Minus(33));
  EXPECT_EQ(value({0x11, 0xff, 0x00}), 127u);
  EXPECT_EQ(value({0x11, 0x80, 0x7f}), Minus(128));
}

TEST(DwarfExpression, Registers) {
  EXPECT_EQ(value({0x77, 8}), 1007u + 8);        // breg7 8
  EXPECT_EQ(value({0x70, 0x7f}), 999u);          // breg0 -1
  EXPECT_EQ(value({0x92, 16, 4}), 1016u + 4);    // bregx 16, 4
  EXPECT_EQ(value({0x92, 17, 4}), std::nullopt); // there is no such register
}

TEST(DwarfExpression, Stack) {
  EXPECT_EQ(value({0x12, 0x22}, 5), 10u);               // dup plus
  EXPECT_EQ(value({0x31, 0x32, 0x13}), 1u);             // drop
  EXPECT_EQ(value({0x31, 0x32, 0x14}), 1u);             // over
  EXPECT_EQ(value({0x31, 0x32, 0x33, 0x15, 2}), 1u);    // pick 2
  EXPECT_EQ(value({0x31, 0x35, 0x16, 0x1c}), 4u);       // swap minus
  EXPECT_EQ(value({0x31, 0x32, 0x33, 0x17}), 2u);       // rot
  EXPECT_EQ(value({0x31, 0x32, 0x33, 0x17, 0x13}), 1u); // its second
  EXPECT_EQ(value({0x31, 0x32, 0x33, 0x17, 0x13, 0x13}), 3u);
}

TEST(DwarfExpression, Arithmetic) {
  EXPECT_EQ(value({0x09, 0xf9, 0x19}), 7u); // abs(-7)
  EXPECT_EQ(value({0x08, 0x6c, 0x08, 0x3a, 0x1a}), 0x28u);
  EXPECT_EQ(value({0x09, 0xf9, 0x32, 0x1b}), Minus(3)); // -7 / 2
  EXPECT_EQ(value({0x35, 0x39, 0x1c}), Minus(4));       // 5 - 9
  EXPECT_EQ(value({0x39, 0x35, 0x1d}), 4u);             // 9 mod 5
  // Of numbers without a sign: 2^64 - 7.
  EXPECT_EQ(value({0x09, 0xf9, 0x35, 0x1d}), 4u);
  EXPECT_EQ(value({0x39, 0x35, 0x1e}), 45u);
  EXPECT_EQ(value({0x39, 0x1f}), Minus(9));
  EXPECT_EQ(value({0x39, 0x20}), ~uint64_t(9));
  EXPECT_EQ(value({0x39, 0x34, 0x21}), 13u);
  EXPECT_EQ(value({0x39, 0x23, 100}), 109u); // plus_uconst
  EXPECT_EQ(value({0x31, 0x08, 63, 0x24}), uint64_t(1) << 63);
  EXPECT_EQ(value({0x31, 0x08, 64, 0x24}), 0u);
  EXPECT_EQ(value({0x09, 0xf0, 0x32, 0x25}), Minus(16) >> 2);
  EXPECT_EQ(value({0x09, 0xf0, 0x32, 0x26}), Minus(4));
  EXPECT_EQ(value({0x39, 0x35, 0x27}), 12u); // xor
}

TEST(DwarfExpression, Comparisons) {
  EXPECT_EQ(value({0x31, 0x31, 0x29}), 1u);
  EXPECT_EQ(value({0x09, 0xff, 0x31, 0x2a}), 0u); // -1 >= 1: signed
  EXPECT_EQ(value({0x32, 0x31, 0x2b}), 1u);
  EXPECT_EQ(value({0x32, 0x31, 0x2c}), 0u);
  EXPECT_EQ(value({0x09, 0xff, 0x31, 0x2d}), 1u);
  EXPECT_EQ(value({0x31, 0x31, 0x2e}), 0u);
}

TEST(DwarfExpression, Branches) {
  // skip over lit1; bra taken, and not.
  EXPECT_EQ(value({0x35, 0x2f, 1, 0, 0x31}), 5u);
  EXPECT_EQ(value({0x35, 0x31, 0x28, 1, 0, 0x31}), 5u);
  EXPECT_EQ(value({0x35, 0x30, 0x28, 1, 0, 0x31}), 1u);
  // Out of the expression, and round and round.
  EXPECT_EQ(value({0x35, 0x2f, 9, 0}), std::nullopt);
  EXPECT_EQ(value({0x35, 0x2f, 0xfd, 0xff}), std::nullopt);
}

TEST(DwarfExpression, Memory) {
  uint64_t Words[2] = {0x1122334455667788, 0x99};
  auto Address = reinterpret_cast<uintptr_t>(Words);
  EXPECT_EQ(value({0x06}, Address), Words[0]);             // deref
  EXPECT_EQ(value({0x38, 0x22, 0x06}, Address), Words[1]); // 8 plus deref
  EXPECT_EQ(value({0x94, 2}, Address), 0x7788u);           // deref_size 2
  EXPECT_EQ(value({0x94, 9}, Address), std::nullopt);
}

TEST(DwarfExpression, WhatMakesNoSense) {
  EXPECT_EQ(value({}), std::nullopt);
  EXPECT_EQ(value({0x22}), std::nullopt);             // plus of nothing
  EXPECT_EQ(value({0x13}), std::nullopt);             // drop of nothing
  EXPECT_EQ(value({0x08}), std::nullopt);             // cut off
  EXPECT_EQ(value({0xff, 0x30}), std::nullopt);       // unknown
  EXPECT_EQ(value({0x31, 0x30, 0x1b}), std::nullopt); // 1 / 0
  EXPECT_EQ(value({0x31, 0x30, 0x1d}), std::nullopt); // 1 mod 0
  EXPECT_EQ(value(Bytes(65, 0x31)), std::nullopt);    // deeper than we are
}

} // namespace

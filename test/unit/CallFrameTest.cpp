//===- CallFrameTest.cpp - Call frame information, rule by rule -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/CallFrameInfo.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

using namespace remoterun::executor;

namespace {

using Bytes = std::vector<uint8_t>;

template <typename T> void append(Bytes &To, T Value) {
  uint8_t Raw[sizeof(T)];
  std::memcpy(Raw, &Value, sizeof(T));
  To.insert(To.end(), Raw, Raw + sizeof(T));
}

/// An entry of .eh_frame, from what follows its length.
void appendEntry(Bytes &Section, const Bytes &Entry) {
  append(Section, static_cast<uint32_t>(Entry.size()));
  Section.insert(Section.end(), Entry.begin(), Entry.end());
}

constexpr uint64_t Start = 0x1000, Size = 0x20;
/// Factors of code and of data.
constexpr unsigned CodeFactor = 2;
constexpr int64_t DataFactor = -8;
constexpr uint8_t MinusEight = 0x78; // As SLEB128.

/// What a compiler describes first: the frame starts at register 7 plus 8, and
/// the return address stands right below.
const Bytes Usual = {0x0c, 7, 8, 0x80 | ProgramCounterRegister, 1};

/// A section (LSB, "Exception Frames") with the one function, whose
/// instructions are these.
Bytes section(const Bytes &Instructions, const Bytes &Common = Usual) {
  Bytes Section;
  Bytes Entry = {0,
                 0,
                 0,
                 0,
                 1,
                 'z',
                 'R',
                 0,
                 CodeFactor,
                 MinusEight,
                 ProgramCounterRegister,
                 1,
                 EncodedAbsolute};
  Entry.insert(Entry.end(), Common.begin(), Common.end());
  appendEntry(Section, Entry);
  Entry.clear();
  append(Entry, static_cast<uint32_t>(Section.size() + sizeof(uint32_t)));
  append(Entry, Start);
  append(Entry, Size);
  Entry.push_back(0);
  Entry.insert(Entry.end(), Instructions.begin(), Instructions.end());
  appendEntry(Section, Entry);
  return Section;
}

/// A stack, and registers in the middle of it.
struct Thread {
  uint64_t Stack[32];
  RegisterFile Registers;

  Thread() {
    for (uint64_t I = 0; I != 32; ++I)
      Stack[I] = 100 + I;
    for (unsigned I = 0; I != DwarfRegisterCount; ++I)
      Registers.Values[I] = 5000 + I;
    Registers.Values[7] = at(16);
    Registers.Values[6] = at(20);
  }
  uint64_t at(unsigned Word) const {
    return reinterpret_cast<uintptr_t>(&Stack[Word]);
  }
  std::optional<RegisterFile> caller(const Bytes &Instructions,
                                     uint64_t Pc = Start,
                                     const Bytes &Common = Usual) const {
    Bytes Whole = section(Instructions, Common);
    auto Found = findInSection(Whole, Pc);
    return Found ? undoCall(*Found, Pc, Registers) : std::nullopt;
  }
  /// Register 3 of the caller.
  uint64_t third(const Bytes &Instructions, uint64_t Pc = Start,
                 const Bytes &Common = Usual) const {
    auto Found = caller(Instructions, Pc, Common);
    EXPECT_TRUE(Found);
    return Found ? Found->Values[3] : 0;
  }
  /// The stack pointer of the caller: the frame's address, in words.
  unsigned frame(const Bytes &Instructions, uint64_t Pc = Start) const {
    auto Found = caller(Instructions, Pc);
    EXPECT_TRUE(Found);
    return Found ? static_cast<unsigned>((Found->stackPointer() - at(0)) /
                                         sizeof(uint64_t))
                 : 0;
  }
};

TEST(CallFrame, FindsTheFunctionThatAPlaceIsIn) {
  Bytes Whole = section({});
  EXPECT_FALSE(findInSection(Whole, Start - 1));
  EXPECT_TRUE(findInSection(Whole, Start));
  EXPECT_TRUE(findInSection(Whole, Start + Size - 1));
  EXPECT_FALSE(findInSection(Whole, Start + Size));
  auto Found = findInSection(Whole, Start);
  EXPECT_EQ(Found->FunctionStart, Start);
  EXPECT_EQ(Found->FunctionSize, Size);
  EXPECT_EQ(Found->CodeAlignment, CodeFactor);
  EXPECT_EQ(Found->DataAlignment, DataFactor);
}

TEST(CallFrame, ReadsNoFurtherThanTheSection) {
  Bytes Whole = section({0x00});
  for (size_t Length = 0; Length != Whole.size(); ++Length) {
    // On the heap, where a sanitizer sees what is read behind it.
    Bytes Part(Whole.begin(), Whole.begin() + static_cast<ptrdiff_t>(Length));
    Part.shrink_to_fit();
    EXPECT_FALSE(findInSection(Part, Start)) << Length;
  }
}

TEST(CallFrame, Usual) {
  Thread Here;
  auto Caller = Here.caller({});
  ASSERT_TRUE(Caller);
  EXPECT_EQ(Caller->pc(), Here.Stack[16]);
  EXPECT_EQ(Caller->stackPointer(), Here.at(17));
  EXPECT_EQ(Caller->Values[3], 5003u);
}

// The numbers are those of DWARF 5, section 7.24.

TEST(CallFrame, RulesOfRegisters) {
  Thread Here;                                      // Its frame is at word 17.
  EXPECT_EQ(Here.third({0x83, 2}), Here.Stack[15]); // offset
  EXPECT_EQ(Here.third({0x05, 3, 2}), Here.Stack[15]);    // offset_extended
  EXPECT_EQ(Here.third({0x11, 3, 2}), Here.Stack[15]);    // ..._sf
  EXPECT_EQ(Here.third({0x11, 3, 0x7e}), Here.Stack[19]); // ... -2
  EXPECT_EQ(Here.third({0x14, 3, 2}), Here.at(15));       // val_offset
  EXPECT_EQ(Here.third({0x15, 3, 2}), Here.at(15));       // ..._sf
  EXPECT_EQ(Here.third({0x15, 3, 0x7e}), Here.at(19));    // ... -2
  EXPECT_EQ(Here.third({0x09, 3, 5}), 5005u);             // register
  EXPECT_EQ(Here.third({0x83, 2, 0x07, 3}), 5003u);       // undefined
  EXPECT_EQ(Here.third({0x83, 2, 0x08, 3}), 5003u);       // same_value
  // expression and val_expression: what is on the stack is the frame's address.
  EXPECT_EQ(Here.third({0x10, 3, 2, 0x23, 8}), Here.Stack[18]);
  EXPECT_EQ(Here.third({0x16, 3, 2, 0x23, 8}), Here.at(18));
}

TEST(CallFrame, Frames) {
  Thread Here;
  EXPECT_EQ(Here.frame({0x0c, 6, 16}), 22u);       // def_cfa
  EXPECT_EQ(Here.frame({0x0d, 6}), 21u);           // def_cfa_register
  EXPECT_EQ(Here.frame({0x0e, 24}), 19u);          // def_cfa_offset
  EXPECT_EQ(Here.frame({0x12, 6, 0x7e}), 22u);     // def_cfa_sf -2
  EXPECT_EQ(Here.frame({0x13, 0x7d}), 19u);        // def_cfa_offset_sf -3
  EXPECT_EQ(Here.frame({0x0f, 2, 0x76, 40}), 25u); // def_cfa_expression breg6
}

TEST(CallFrame, Restored) {
  Thread Here;
  Bytes Common = Usual;
  Common.insert(Common.end(), {0x83, 4});
  EXPECT_EQ(Here.third({0x83, 2}, Start, Common), Here.Stack[15]);
  EXPECT_EQ(Here.third({0x83, 2, 0xc3}, Start, Common), Here.Stack[13]);
  EXPECT_EQ(Here.third({0x83, 2, 0x06, 3}, Start, Common), Here.Stack[13]);
  // remember_state and restore_state, two of them.
  const Bytes Twice = {0x0a, 0x83, 2, 0x0a, 0x83, 1, 0x0b};
  EXPECT_EQ(Here.third(Twice), Here.Stack[15]);
  Bytes Both = Twice;
  Both.push_back(0x0b);
  EXPECT_EQ(Here.third(Both), 5003u);
  Both.push_back(0x0b);
  EXPECT_FALSE(Here.caller(Both)); // There is no third.
}

TEST(CallFrame, RulesOfALaterPlaceAreNotTrueYet) {
  Thread Here;
  struct {
    Bytes Advance;
    uint64_t Distance;
  } const Ways[] = {{{0x43}, 3 * CodeFactor},
                    {{0x02, 3}, 3 * CodeFactor},
                    {{0x03, 3, 0}, 3 * CodeFactor},
                    {{0x04, 3, 0, 0, 0}, 3 * CodeFactor},
                    {{0x01, 0x09, 0x10, 0, 0, 0, 0, 0, 0}, 9}};
  for (const auto &Way : Ways) {
    Bytes Code = Way.Advance;
    Code.insert(Code.end(), {0x83, 2});
    EXPECT_EQ(Here.third(Code, Start + Way.Distance - 1), 5003u);
    EXPECT_EQ(Here.third(Code, Start + Way.Distance), Here.Stack[15]);
  }
}

} // namespace

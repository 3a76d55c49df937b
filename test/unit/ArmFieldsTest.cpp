//===- ArmFieldsTest.cpp - Fields of Thumb code ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every encoding is llvm-mc's of the instruction that the comment names.
//
//===----------------------------------------------------------------------===//

#include "jit/target/ArmFields.h"

#include "llvm/BinaryFormat/ELF.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

using namespace llvm;
using namespace remoterun::jit;

namespace {

using Code = std::vector<uint8_t>;

constexpr uint64_t Place = 0x40001000;
/// Of a value: it is the address of Thumb code.
constexpr uint64_t Thumb = 1;

/// \p Instruction with that value; nothing where it does not reach.
std::optional<Code> written(uint32_t Type, Code Instruction, uint64_t Value,
                            uint64_t From = Place) {
  Code Before = Instruction;
  if (arm::Fields.Write(Type, Instruction.data(), From, Value))
    return Instruction;
  EXPECT_EQ(Before, Instruction);
  return std::nullopt;
}

int64_t addend(uint32_t Type, Code Instruction, bool IsFunction = true) {
  return arm::Fields.Addend(Type, Instruction.data(), IsFunction);
}

// bl #-4; b.w #-4; beq.w #0: as an assembler leaves them to the linker.
const Code Bl = {0xff, 0xf7, 0xfe, 0xff}, BW = {0xff, 0xf7, 0xfe, 0xbf};
const Code Beq = {0x00, 0xf0, 0x00, 0x80};

TEST(ArmFields, CallsThumbCode) {
  auto To = [](int64_t Distance) {
    return written(ELF::R_ARM_THM_CALL, Bl,
                   Place + 4 + static_cast<uint64_t>(Distance) + Thumb);
  };
  // bl #0; bl #4; bl #-4; bl #1234566; bl #-1234566
  EXPECT_EQ(To(0), Code({0x00, 0xf0, 0x00, 0xf8}));
  EXPECT_EQ(To(4), Code({0x00, 0xf0, 0x02, 0xf8}));
  EXPECT_EQ(To(-4), Code({0xff, 0xf7, 0xfe, 0xff}));
  EXPECT_EQ(To(1234566), Code({0x2d, 0xf1, 0x43, 0xfb}));
  EXPECT_EQ(To(-1234566), Code({0xd2, 0xf6, 0xbd, 0xfc}));
  // bl #4194304; bl #8388608; bl #16777214; bl #-16777216
  EXPECT_EQ(To(4194304), Code({0x00, 0xf0, 0x00, 0xf0}));
  EXPECT_EQ(To(8388608), Code({0x00, 0xf0, 0x00, 0xd8}));
  EXPECT_EQ(To(16777214), Code({0xff, 0xf3, 0xff, 0xd7}));
  EXPECT_EQ(To(-16777216), Code({0x00, 0xf4, 0x00, 0xd0}));
  EXPECT_EQ(To(16777216), std::nullopt);
  EXPECT_EQ(To(-16777218), std::nullopt);
}

TEST(ArmFields, CallsOtherCode) {
  auto To = [](int64_t Distance, uint64_t From = Place) {
    return written(ELF::R_ARM_THM_CALL, Bl,
                   Place + 4 + static_cast<uint64_t>(Distance), From);
  };
  // blx #0; blx #1234564; blx #-16777216; blx #16777212
  EXPECT_EQ(To(0), Code({0x00, 0xf0, 0x00, 0xe8}));
  EXPECT_EQ(To(1234564), Code({0x2d, 0xf1, 0x42, 0xeb}));
  EXPECT_EQ(To(-16777216), Code({0x00, 0xf4, 0x00, 0xc0}));
  EXPECT_EQ(To(16777212), Code({0xff, 0xf3, 0xfe, 0xc7}));
  EXPECT_EQ(To(16777216), std::nullopt);
  // It counts from a whole word, wherever it stands.
  EXPECT_EQ(To(1234564, Place + 2), Code({0x2d, 0xf1, 0x42, 0xeb}));
  // A call of the one kind becomes one of the other.
  EXPECT_EQ(
      written(ELF::R_ARM_THM_CALL, {0x00, 0xf0, 0x00, 0xe8}, Place + 8 + Thumb),
      Code({0x00, 0xf0, 0x02, 0xf8}));
}

TEST(ArmFields, JumpsToThumbCode) {
  auto Jump = [](int64_t Distance) {
    return written(ELF::R_ARM_THM_JUMP24, BW,
                   Place + 4 + static_cast<uint64_t>(Distance) + Thumb);
  };
  // b.w #0; b.w #1234566; b.w #16777214; b.w #-16777216
  EXPECT_EQ(Jump(0), Code({0x00, 0xf0, 0x00, 0xb8}));
  EXPECT_EQ(Jump(1234566), Code({0x2d, 0xf1, 0x43, 0xbb}));
  EXPECT_EQ(Jump(16777214), Code({0xff, 0xf3, 0xff, 0x97}));
  EXPECT_EQ(Jump(-16777216), Code({0x00, 0xf4, 0x00, 0x90}));
  EXPECT_EQ(Jump(16777216), std::nullopt);
  auto If = [](int64_t Distance) {
    return written(ELF::R_ARM_THM_JUMP19, Beq,
                   Place + 4 + static_cast<uint64_t>(Distance) + Thumb);
  };
  // beq.w #123454; beq.w #-123454; beq.w #262144; beq.w #524288
  EXPECT_EQ(If(123454), Code({0x1e, 0xf0, 0x1f, 0x81}));
  EXPECT_EQ(If(-123454), Code({0x21, 0xf4, 0xe1, 0xae}));
  EXPECT_EQ(If(262144), Code({0x00, 0xf0, 0x00, 0xa0}));
  EXPECT_EQ(If(524288), Code({0x00, 0xf0, 0x00, 0x88}));
  // beq.w #1048574; beq.w #-1048576
  EXPECT_EQ(If(1048574), Code({0x3f, 0xf0, 0xff, 0xaf}));
  EXPECT_EQ(If(-1048576), Code({0x00, 0xf4, 0x00, 0x80}));
  EXPECT_EQ(If(1048576), std::nullopt);
  EXPECT_EQ(If(-1048578), std::nullopt);
}

TEST(ArmFields, JumpsByShortInstructions) {
  auto Short = [](uint32_t Type, Code Instruction, int64_t Distance) {
    return written(Type, Instruction,
                   Place + 4 + static_cast<uint64_t>(Distance) + Thumb);
  };
  // b #-4, which becomes b #2046 and b #-2048
  const Code B = {0xfe, 0xe7}, BeqShort = {0xfe, 0xd0};
  EXPECT_EQ(Short(ELF::R_ARM_THM_JUMP11, B, 2046), Code({0xff, 0xe3}));
  EXPECT_EQ(Short(ELF::R_ARM_THM_JUMP11, B, -2048), Code({0x00, 0xe4}));
  EXPECT_EQ(Short(ELF::R_ARM_THM_JUMP11, B, 2048), std::nullopt);
  // beq #-4, which becomes beq #254 and beq #-256
  EXPECT_EQ(Short(ELF::R_ARM_THM_JUMP8, BeqShort, 254), Code({0x7f, 0xd0}));
  EXPECT_EQ(Short(ELF::R_ARM_THM_JUMP8, BeqShort, -256), Code({0x80, 0xd0}));
  EXPECT_EQ(Short(ELF::R_ARM_THM_JUMP8, BeqShort, 256), std::nullopt);
}

TEST(ArmFields, JumpsToNoOtherCode) {
  for (uint32_t Type : {ELF::R_ARM_THM_JUMP24, ELF::R_ARM_THM_JUMP19,
                        ELF::R_ARM_THM_JUMP11, ELF::R_ARM_THM_JUMP8}) {
    EXPECT_EQ(written(Type, BW, Place + 8), std::nullopt);
    EXPECT_NE(written(Type, BW, Place + 8 + Thumb), std::nullopt);
  }
  // ldr.w pc, [pc]; .word
  Code Jump(arm::Fields.Jump.Size);
  arm::Fields.Jump.Write(Jump.data(), Place, 0x12345678);
  EXPECT_EQ(Jump, Code({0xdf, 0xf8, 0x00, 0xf0, 0x78, 0x56, 0x34, 0x12}));
}

TEST(ArmFields, MovesHalves) {
  // movw r3, #0; movw r3, #0xabcd; movt r3, #0xabcd
  const Code Movw = {0x40, 0xf2, 0x00, 0x03}, Low = {0x4a, 0xf6, 0xcd, 0x33};
  const Code Movt = {0xc0, 0xf2, 0x00, 0x03}, High = {0xca, 0xf6, 0xcd, 0x33};
  EXPECT_EQ(written(ELF::R_ARM_THM_MOVW_ABS_NC, Movw, 0x1234abcd), Low);
  EXPECT_EQ(written(ELF::R_ARM_THM_MOVT_ABS, Movt, 0xabcd1234), High);
  EXPECT_EQ(written(ELF::R_ARM_THM_MOVW_PREL_NC, Movw, Place + 0x1234abcd),
            Low);
  EXPECT_EQ(written(ELF::R_ARM_THM_MOVT_PREL, Movt, Place + 0xabcd1234), High);
  // movw r12, #0x1842
  EXPECT_EQ(
      written(ELF::R_ARM_THM_MOVW_ABS_NC, {0x40, 0xf2, 0x00, 0x0c}, 0x1842),
      Code({0x41, 0xf6, 0x42, 0x0c}));
  // The same in A32: movw r3, #0xabcd; movt r3, #0xabcd
  EXPECT_EQ(written(ELF::R_ARM_MOVW_PREL_NC, {0x00, 0x30, 0x00, 0xe3},
                    Place + 0xabcd),
            Code({0xcd, 0x3b, 0x0a, 0xe3}));
  EXPECT_EQ(written(ELF::R_ARM_MOVT_PREL, {0x00, 0x30, 0x40, 0xe3},
                    Place + 0xabcd0000),
            Code({0xcd, 0x3b, 0x4a, 0xe3}));
  EXPECT_EQ(addend(ELF::R_ARM_THM_MOVW_ABS_NC, {0x41, 0xf6, 0x42, 0x0c}),
            0x1842);
  EXPECT_EQ(addend(ELF::R_ARM_THM_MOVT_ABS, High), int16_t(0xabcd));
  EXPECT_EQ(addend(ELF::R_ARM_MOVT_PREL, {0xcd, 0x3b, 0x4a, 0xe3}),
            int16_t(0xabcd));
}

TEST(ArmFields, LoadsFromBesideTheCode) {
  // ldr.w r2, [pc, #-4], which becomes ldr.w r2, [pc, #4095] and #-4095
  const Code Ldr = {0x5f, 0xf8, 0x04, 0x20};
  EXPECT_EQ(written(ELF::R_ARM_THM_PC12, Ldr, Place + 4095),
            Code({0xdf, 0xf8, 0xff, 0x2f}));
  EXPECT_EQ(written(ELF::R_ARM_THM_PC12, Ldr, Place - 4095),
            Code({0x5f, 0xf8, 0xff, 0x2f}));
  EXPECT_EQ(written(ELF::R_ARM_THM_PC12, Ldr, Place + 4095, Place + 2),
            Code({0xdf, 0xf8, 0xff, 0x2f}));
  EXPECT_EQ(written(ELF::R_ARM_THM_PC12, Ldr, Place + 4096), std::nullopt);
  EXPECT_EQ(addend(ELF::R_ARM_THM_PC12, Ldr), -4);
  // adr.w r2, #-4, which becomes adr.w r2, #2048, #4095 and #-4095
  const Code Adr = {0xaf, 0xf2, 0x04, 0x02};
  EXPECT_EQ(written(ELF::R_ARM_THM_ALU_PREL_11_0, Adr, Place + 2048),
            Code({0x0f, 0xf6, 0x00, 0x02}));
  EXPECT_EQ(written(ELF::R_ARM_THM_ALU_PREL_11_0, Adr, Place + 4095),
            Code({0x0f, 0xf6, 0xff, 0x72}));
  EXPECT_EQ(written(ELF::R_ARM_THM_ALU_PREL_11_0, Adr, Place - 4095),
            Code({0xaf, 0xf6, 0xff, 0x72}));
  EXPECT_EQ(written(ELF::R_ARM_THM_ALU_PREL_11_0, Adr, Place - 4096),
            std::nullopt);
  EXPECT_EQ(addend(ELF::R_ARM_THM_ALU_PREL_11_0, Adr), -4);
}

TEST(ArmFields, ReadsWhatTheAssemblerLeaves) {
  EXPECT_EQ(addend(ELF::R_ARM_THM_CALL, Bl), 0);
  EXPECT_EQ(addend(ELF::R_ARM_THM_JUMP24, BW), 0);
  // bl #1234566; b.w #-16777216; beq.w #-123454; b #-2048; beq #254
  EXPECT_EQ(addend(ELF::R_ARM_THM_CALL, {0x2d, 0xf1, 0x43, 0xfb}), 1234570);
  EXPECT_EQ(addend(ELF::R_ARM_THM_JUMP24, {0x00, 0xf4, 0x00, 0x90}), -16777212);
  EXPECT_EQ(addend(ELF::R_ARM_THM_JUMP19, {0x21, 0xf4, 0xe1, 0xae}), -123450);
  EXPECT_EQ(addend(ELF::R_ARM_THM_JUMP11, {0x00, 0xe4}), -2044);
  EXPECT_EQ(addend(ELF::R_ARM_THM_JUMP8, {0x7f, 0xd0}), 258);
  EXPECT_EQ(addend(ELF::R_ARM_REL32, {0xfe, 0xff, 0xff, 0xff}), -2);
  // What is no function is of the kind that the branch is for: bl #-4, blx #0
  EXPECT_EQ(addend(ELF::R_ARM_THM_CALL, Bl, /*IsFunction=*/false), 0 + 1);
  EXPECT_EQ(addend(ELF::R_ARM_THM_CALL, {0x00, 0xf0, 0x00, 0xe8},
                   /*IsFunction=*/false),
            4);
  EXPECT_EQ(addend(ELF::R_ARM_THM_JUMP24, BW, /*IsFunction=*/false), 0 + 1);
}

TEST(ArmFields, LoadsOffsetsInPlaceOfCalls) {
  // bl, at 0x40001000, and its word 0x2c behind it
  EXPECT_EQ(addend(ELF::R_ARM_TLS_GOTDESC, {0x2d, 0, 0, 0}), 0x2c - 4);
  EXPECT_EQ(addend(ELF::R_ARM_TLS_GOTDESC, {0x3c, 0, 0, 0}), 0x3c - 8);
  EXPECT_EQ(written(ELF::R_ARM_TLS_GOTDESC, {0x2d, 0, 0, 0}, Place + 0x1234),
            Code({0x34, 0x12, 0, 0}));
  // add r0, pc; ldr r0, [r0]; and ldr r0, [pc, r0]
  EXPECT_EQ(written(ELF::R_ARM_THM_TLS_CALL, Bl, Place),
            Code({0x78, 0x44, 0x00, 0x68}));
  EXPECT_EQ(written(ELF::R_ARM_TLS_CALL, Bl, Place),
            Code({0x00, 0x00, 0x9f, 0xe7}));
}

TEST(ArmFields, DoesNothingNowhere) {
  Code Wide = BW, Short = {0xfe, 0xe7};
  arm::Fields.WriteNothing(ELF::R_ARM_THM_JUMP24, Wide.data());
  arm::Fields.WriteNothing(ELF::R_ARM_THM_JUMP11, Short.data());
  // nop.w; nop
  EXPECT_EQ(Wide, Code({0xaf, 0xf3, 0x00, 0x80}));
  EXPECT_EQ(Short, Code({0x00, 0xbf}));
}

} // namespace

//===- X86InstructionTest.cpp - Operands of x86-64 instructions -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every encoding is llvm-mc's of the instruction that the comment names.
//
//===----------------------------------------------------------------------===//

#include "controller/crash/X86Instruction.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

using namespace remoterun::controller;

namespace {

/// In the order of PROTOCOL.md: rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8 to
/// r15, rip, flags.
constexpr uint64_t Rax = 0x1000, Rdx = 0x2000, Rcx = 0x30, Rbx = 0x4000;
constexpr uint64_t Rbp = 0x7000, Rsp = 0x8000, R9 = 0xa000, R12 = 0xd000;
constexpr uint64_t R13 = 0xe000, Pc = 0x100000;
const std::vector<uint64_t> Registers = {
    Rax, Rdx,    Rcx,    Rbx, 0x5000, 0x6000, Rbp,     Rsp, 0x9000,
    R9,  0xb000, 0xc000, R12, R13,    0xf000, 0x10000, Pc,  0};

std::optional<uint64_t> addressIn(std::vector<uint8_t> Bytes) {
  auto Found = decodeX86(Bytes, Registers);
  return Found ? Found->Address : std::nullopt;
}

TEST(X86Instruction, FindsTheAddressOfItsOperand) {
  // movl (%rax), %ecx; movl 8(%rbp), %ecx; movl -0x100(%rbx), %ecx
  EXPECT_EQ(addressIn({0x8b, 0x08}), Rax);
  EXPECT_EQ(addressIn({0x8b, 0x4d, 0x08}), Rbp + 8);
  EXPECT_EQ(addressIn({0x8b, 0x8b, 0x00, 0xff, 0xff, 0xff}), Rbx - 0x100);
  // movl (%rsp), %ecx; movl 4(%rdx,%rcx,8), %ecx; movl 0x12345678, %ecx
  EXPECT_EQ(addressIn({0x8b, 0x0c, 0x24}), Rsp);
  EXPECT_EQ(addressIn({0x8b, 0x4c, 0xca, 0x04}), Rdx + 8 * Rcx + 4);
  EXPECT_EQ(addressIn({0x8b, 0x0c, 0x25, 0x78, 0x56, 0x34, 0x12}), 0x12345678u);
  // movq (%r9,%r12,2), %rax; movq (%r13), %rax; movl (,%rcx,4), %eax
  EXPECT_EQ(addressIn({0x4b, 0x8b, 0x04, 0x61}), R9 + 2 * R12);
  EXPECT_EQ(addressIn({0x49, 0x8b, 0x45, 0x00}), R13);
  EXPECT_EQ(addressIn({0x8b, 0x04, 0x8d, 0x00, 0x00, 0x00, 0x00}), 4 * Rcx);
}

TEST(X86Instruction, CountsFromTheNextInstruction) {
  // movl 0x10(%rip), %eax; cmpl $7, 0x10(%rip); addl $0x100, 0x10(%rip)
  EXPECT_EQ(addressIn({0x8b, 0x05, 0x10, 0, 0, 0}), Pc + 6 + 0x10);
  EXPECT_EQ(addressIn({0x83, 0x3d, 0x10, 0, 0, 0, 7}), Pc + 7 + 0x10);
  EXPECT_EQ(addressIn({0x81, 0x05, 0x10, 0, 0, 0, 0, 1, 0, 0}), Pc + 10 + 0x10);
  // testb $7, 0x10(%rip); testl $7, 0x10(%rip); testw $7, 0x10(%rip)
  EXPECT_EQ(addressIn({0xf6, 0x05, 0x10, 0, 0, 0, 7}), Pc + 7 + 0x10);
  EXPECT_EQ(addressIn({0xf7, 0x05, 0x10, 0, 0, 0, 7, 0, 0, 0}), Pc + 10 + 0x10);
  EXPECT_EQ(addressIn({0x66, 0xf7, 0x05, 0x10, 0, 0, 0, 7, 0}), Pc + 9 + 0x10);
  // divb 0x10(%rip); idivl 0x10(%rip): others of the same opcodes have none.
  EXPECT_EQ(addressIn({0xf6, 0x35, 0x10, 0, 0, 0}), Pc + 6 + 0x10);
  EXPECT_EQ(addressIn({0xf7, 0x3d, 0x10, 0, 0, 0}), Pc + 6 + 0x10);
  // What follows is another instruction.
  EXPECT_EQ(addressIn({0x8b, 0x05, 0x10, 0, 0, 0, 0x90, 0x90}), Pc + 6 + 0x10);
}

TEST(X86Instruction, KnowsVectorInstructions) {
  // movaps (%rax), %xmm0; vmovaps (%r9), %ymm1; vmovdqa (%rax), %xmm1
  auto Legacy = decodeX86(std::vector<uint8_t>{0x0f, 0x28, 0x00}, Registers);
  ASSERT_TRUE(Legacy);
  EXPECT_EQ(Legacy->Map, 2);
  EXPECT_EQ(Legacy->Opcode, 0x28);
  EXPECT_FALSE(Legacy->IsVex);
  auto Vex =
      decodeX86(std::vector<uint8_t>{0xc4, 0xc1, 0x7c, 0x28, 0x09}, Registers);
  ASSERT_TRUE(Vex);
  EXPECT_EQ(Vex->Map, 2);
  EXPECT_EQ(Vex->Opcode, 0x28);
  EXPECT_TRUE(Vex->IsVex);
  EXPECT_EQ(Vex->Address, R9);
  EXPECT_EQ(addressIn({0xc5, 0xf9, 0x6f, 0x08}), Rax);
}

TEST(X86Instruction, KnowsRegisterOperands) {
  // idivl %ecx; divq %r9
  auto Signed = decodeX86(std::vector<uint8_t>{0xf7, 0xf9}, Registers);
  ASSERT_TRUE(Signed && Signed->Register);
  EXPECT_EQ(Signed->Field, 7);
  EXPECT_EQ(x86Register(*Signed->Register, Registers), Rcx);
  auto Wide = decodeX86(std::vector<uint8_t>{0x49, 0xf7, 0xf1}, Registers);
  ASSERT_TRUE(Wide && Wide->Register);
  EXPECT_EQ(Wide->Field, 6);
  EXPECT_TRUE(Wide->IsWide);
  EXPECT_EQ(x86Register(*Wide->Register, Registers), R9);
}

TEST(X86Instruction, WantsWholeInstructionsAndRegisters) {
  EXPECT_FALSE(decodeX86({}, Registers));
  EXPECT_FALSE(decodeX86(std::vector<uint8_t>{0x8b}, Registers));
  EXPECT_FALSE(decodeX86(std::vector<uint8_t>{0x8b, 0x8b, 0, 0}, Registers));
  EXPECT_FALSE(decodeX86(std::vector<uint8_t>{0x66, 0x66}, Registers));
  EXPECT_FALSE(
      decodeX86(std::vector<uint8_t>{0x8b, 0x08}, {Registers.data(), 16}));
}

} // namespace

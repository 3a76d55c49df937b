//===- X86Instruction.h - What a faulting instruction wanted ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel does not say which address a general protection fault was about,
// nor why a division failed. The instruction and the registers do (Intel SDM
// volume 2, chapter 2): as much of decoding as these questions need.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_X86INSTRUCTION_H
#define REMOTERUN_CONTROLLER_CRASH_X86INSTRUCTION_H

#include <cstdint>
#include <optional>
#include <span>

namespace remoterun::controller {

/// The start of an x86-64 instruction.
struct X86Instruction {
  /// 1 for one byte, 2 for those after 0f, 3 for those after 0f 38, 4 after
  /// 0f 3a.
  uint8_t Map = 1;
  uint8_t Opcode = 0;
  bool IsWide = false;   ///< 64-bit operands (REX.W).
  bool IsNarrow = false; ///< The 66 prefix: 16 bits, or another instruction.
  bool IsVex = false;
  bool HasModRm = false;
  uint8_t Field = 0;                ///< The reg field, its extension excluded.
  std::optional<unsigned> Register; ///< Number of the operand's, if it is one.
  /// Address of the operand, if it is in memory; the segment's base left out.
  std::optional<uint64_t> Address;
};

/// \p Bytes start with the instruction; \p Registers are in the order of
/// PROTOCOL.md, "Crash reports". Empty for what is not understood.
std::optional<X86Instruction> decodeX86(std::span<const uint8_t> Bytes,
                                        std::span<const uint64_t> Registers);

/// The value of the register that instructions call \p Number: 0 for rax, 1 for
/// rcx, ...
uint64_t x86Register(unsigned Number, std::span<const uint64_t> Registers);

} // namespace remoterun::controller

#endif

//===- RiscV64.cpp - What RISC-V instructions tell ------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/InstructionCause.h"

#include <csignal>

namespace remoterun::controller {

namespace {

using wire::CrashReport;

std::string trap(const CrashReport &Report) {
  // C.UNIMP and UNIMP, EBREAK and C.EBREAK (RISC-V Assembly Programmer's
  // Manual).
  constexpr uint32_t Unimp = 0xc0001073, Ebreak = 0x00100073;
  constexpr uint32_t ShortUnimp = 0x0000, ShortEbreak = 0x9002;
  std::span<const uint8_t> Bytes = bytesAtPc(Report);
  uint32_t Instruction = wordAtPc(Report);
  if (Bytes.size() < 2)
    return "";
  uint32_t Short = uint32_t(Bytes[0]) | uint32_t(Bytes[1]) << 8;
  if (Instruction == Unimp || Short == ShortUnimp)
    return BuiltinTrap;
  return Instruction == Ebreak || Short == ShortEbreak ? Breakpoint : "";
}

} // namespace

const InstructionCause RiscV64Cause = {trap, causeOfSomeDivision, noCause};

} // namespace remoterun::controller

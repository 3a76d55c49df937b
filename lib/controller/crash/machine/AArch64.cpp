//===- AArch64.cpp - What AArch64 instructions tell -----------------------===//
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
  // The operand of BRK says what for; the last is LLVM's llvm.ubsantrap.
  constexpr uint32_t Brk = 0xd4200000, BrkMask = 0xffe0001f;
  constexpr unsigned Trap = 1, DebugTrap = 0xf000, SanitizerTrap = 0x5500;
  uint32_t Instruction = wordAtPc(Report);
  if ((Instruction & BrkMask) != Brk)
    return "";
  unsigned Operand = Instruction >> 5 & 0xffff;
  if (Operand == DebugTrap)
    return Breakpoint;
  if ((Operand & 0xff00) == SanitizerTrap)
    return sanitizerTrap(Operand & 0xff);
  return Operand == Trap ? BuiltinTrap : "";
}

} // namespace

const InstructionCause AArch64Cause = {trap, causeOfSomeDivision, noCause};

} // namespace remoterun::controller

//===- Arm.cpp - What 32-bit Arm instructions tell ------------------------===//
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
  // LLVM's choice of the undefined instructions, GCC's, and BKPT; the short
  // ones are of the kind T32.
  constexpr uint32_t Trap = 0xe7ffdefe, OfGcc = 0xe7f000f0, Bkpt = 0xe1200070;
  constexpr uint32_t ShortTrap = 0xdefe, ShortOfGcc = 0xdeff,
                     ShortBkpt = 0xbe00;
  uint32_t Instruction = wordAtPc(Report), Short = Instruction & 0xffff;
  if (Instruction == Trap || Instruction == OfGcc || Short == ShortTrap ||
      Short == ShortOfGcc)
    return BuiltinTrap;
  bool IsBkpt =
      (Instruction & 0xfff000f0) == Bkpt || (Short & 0xff00) == ShortBkpt;
  return Report.Cause.Signal == SIGTRAP && IsBkpt ? Breakpoint : "";
}

} // namespace

const InstructionCause ArmCause = {trap, causeOfSomeDivision, noCause};

} // namespace remoterun::controller

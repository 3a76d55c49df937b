//===- Ppc64le.cpp - What PowerPC instructions tell -----------------------===//
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
  // "trap", which is both of clang's functions.
  constexpr uint32_t Trap = 0x7fe00008;
  return wordAtPc(Report) == Trap ? BuiltinTrap : "";
}

} // namespace

const InstructionCause Ppc64leCause = {trap, causeOfSomeDivision, noCause};

} // namespace remoterun::controller

//===- InstructionCause.cpp - What the instruction tells ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/InstructionCause.h"

#include <algorithm>
#include <elf.h>
#include <iterator>

namespace remoterun::controller {

namespace {

using wire::CrashReport;

/// The checks of -fsanitize-trap, by the number in the trap (clang's
/// SanitizerHandler.h). Clang 19 and 22 agree on these.
constexpr const char *SanitizerChecks[] = {
    "addition overflow",
    "__builtin_unreachable() was reached",
    "control flow integrity check failed",
    "division by zero or overflow",
    "object of another dynamic type",
    "floating-point value out of range of the integer type",
    "call of a function through a pointer of another type",
    "implicit conversion changed the value",
    "invalid argument of a builtin function",
    "object of another Objective-C class",
    "load of a value that is invalid for its type",
    "end of a function that returns a value was reached",
    "multiplication overflow",
    "negation overflow",
    "null argument for a parameter declared _Nonnull",
    "null returned from a function declared to return _Nonnull",
    "null argument for a parameter declared nonnull",
    "null returned from a function declared returns_nonnull",
    "array index out of bounds",
    "pointer arithmetic overflow",
    "shift exponent or operand out of range",
    "subtraction overflow",
    "access through a null or misaligned pointer, or to too small an object",
    "assumption about alignment violated",
    "variable-length array bound is not positive",
};

constexpr InstructionCause UnknownCause = {noCause, causeOfSomeDivision,
                                           noCause};

} // namespace

const InstructionCause &instructionCause(uint16_t Machine) {
  switch (Machine) {
  case EM_X86_64:
    return X86_64Cause;
  case EM_AARCH64:
    return AArch64Cause;
  case EM_RISCV:
    return RiscV64Cause;
  case EM_S390:
    return S390xCause;
  case EM_ARM:
    return ArmCause;
  case EM_PPC64:
    return Ppc64leCause;
  default:
    return UnknownCause;
  }
}

std::string sanitizerTrap(unsigned Check) {
  return "sanitizer trap: " + (Check < std::size(SanitizerChecks)
                                   ? std::string(SanitizerChecks[Check])
                                   : "check " + std::to_string(Check));
}

std::span<const uint8_t> bytesAtPc(const CrashReport &Report) {
  std::span<const uint8_t> Bytes = Report.Instruction;
  return Bytes.subspan(std::min(Bytes.size(), CrashReport::BytesBeforePc));
}

uint32_t wordAtPc(const CrashReport &Report) {
  std::span<const uint8_t> Bytes = bytesAtPc(Report);
  uint32_t Word = 0;
  for (unsigned I = 0; I != 4 && Bytes.size() >= 4; ++I)
    Word |= uint32_t(Bytes[I]) << (8 * I);
  return Word;
}

} // namespace remoterun::controller

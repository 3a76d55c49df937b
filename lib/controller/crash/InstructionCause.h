//===- InstructionCause.h - What the instruction tells ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Signals tell less than instructions do: which check of a sanitizer a trap
// belongs to, whether it was zero by which was divided. What is known of one
// architecture's stands in a file of machine/.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_CRASH_INSTRUCTIONCAUSE_H
#define REMOTERUN_CONTROLLER_CRASH_INSTRUCTIONCAUSE_H

#include "wire/CrashReport.h"

#include <cstdint>
#include <span>
#include <string>

namespace remoterun::controller {

struct InstructionCause {
  /// Of a SIGILL or SIGTRAP; empty for an instruction that is neither a trap
  /// nor a breakpoint.
  std::string (*Trap)(const wire::CrashReport &Report);
  /// Of a SIGFPE that a division of integers raised.
  std::string (*Division)(const wire::CrashReport &Report);
  /// Of a SIGSEGV or SIGBUS of which the kernel tells no address.
  std::string (*Unaddressed)(const wire::CrashReport &Report);
};

/// \p Machine as ELF numbers it (EM_X86_64 and so on); what is not known has no
/// causes.
const InstructionCause &instructionCause(uint16_t Machine);

extern const InstructionCause X86_64Cause, AArch64Cause, RiscV64Cause,
    S390xCause, ArmCause, Ppc64leCause;

//===----------------------------------------------------------------------===//
// For the files of machine/
//===----------------------------------------------------------------------===//

inline constexpr char BuiltinTrap[] =
    "__builtin_trap(), or code that is never to be reached";
inline constexpr char Breakpoint[] =
    "breakpoint instruction, as of __builtin_debugtrap()";
inline constexpr char SomeDivision[] = "integer division by zero or overflow";
inline constexpr char DivisionByZero[] = "integer division by zero";

/// "sanitizer trap: ..." of the check with that number (clang's
/// SanitizerHandler.h).
std::string sanitizerTrap(unsigned Check);

/// From the instruction on.
std::span<const uint8_t> bytesAtPc(const wire::CrashReport &Report);
/// The instruction as a little-endian word of 32 bits; 0 if it is not there.
uint32_t wordAtPc(const wire::CrashReport &Report);

inline std::string noCause(const wire::CrashReport &) { return ""; }
inline std::string causeOfSomeDivision(const wire::CrashReport &) {
  return SomeDivision;
}

} // namespace remoterun::controller

#endif

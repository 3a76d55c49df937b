//===- TrapCause.cpp - Instructions that could not be executed ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/TrapCause.h"
#include "controller/X86Instruction.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <optional>

namespace remoterun::controller {

namespace {

using wire::CrashReport;

std::span<const uint8_t> bytesAtPc(const CrashReport &Report) {
  std::span<const uint8_t> Bytes = Report.Instruction;
  return Bytes.subspan(std::min(Bytes.size(), CrashReport::BytesBeforePc));
}

/// The dividend of a signed division, by the bits of an operand.
bool isSmallestNumber(unsigned Bits, std::span<const uint64_t> Registers) {
  constexpr unsigned Low = 0, High = 2; // rax and rdx.
  uint64_t Mask = Bits == 64 ? UINT64_MAX : (uint64_t(1) << Bits) - 1;
  return (x86Register(Low, Registers) & Mask) == uint64_t(1) << (Bits - 1) &&
         (x86Register(High, Registers) & Mask) == Mask;
}

/// x86 raises one and the same exception for both (Intel SDM, #DE).
std::string causeOfDivision(const CrashReport &Report) {
  std::span<const uint64_t> Registers = Report.Registers.span();
  auto Found = decodeX86(bytesAtPc(Report), Registers);
  constexpr uint8_t Divisions = 0xf7, Unsigned = 6, Signed = 7;
  if (!Found || Found->Map != 1 || Found->Opcode != Divisions ||
      Found->Field < Unsigned)
    return "integer division by zero or overflow";
  unsigned Bits = Found->IsWide ? 64 : Found->IsNarrow ? 16 : 32;
  bool IsOverflow = Found->Field == Signed && isSmallestNumber(Bits, Registers);
  if (Found->Register) {
    uint64_t Divisor = x86Register(*Found->Register, Registers);
    IsOverflow = Divisor << (64 - Bits) != 0;
  } else if (IsOverflow) {
    return "integer division by zero, or of the smallest number by -1";
  }
  if (!IsOverflow)
    return "integer division by zero";
  if (Found->Field == Signed && isSmallestNumber(Bits, Registers))
    return "integer division overflow: the smallest number divided by -1";
  return "integer division overflow";
}

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

/// The number of the check in "ud1 NUMBER(%eax), %eax", llvm.ubsantrap.
std::optional<unsigned> sanitizerCheck(std::span<const uint8_t> Bytes) {
  constexpr uint8_t Narrow = 0x66, ShortAddress = 0x67;
  constexpr uint8_t NoDisplacement = 0x00, Displacement = 0x40;
  while (!Bytes.empty() && (Bytes[0] == Narrow || Bytes[0] == ShortAddress))
    Bytes = Bytes.subspan(1);
  if (Bytes.size() < 4 || Bytes[0] != 0x0f || Bytes[1] != 0xb9)
    return std::nullopt;
  if (Bytes[2] == NoDisplacement)
    return 0;
  if (Bytes[2] != Displacement)
    return std::nullopt;
  return Bytes[3];
}

std::string listBytes(std::span<const uint8_t> Bytes) {
  constexpr size_t Shown = 8;
  std::string Text;
  char Byte[4];
  for (uint8_t Value : Bytes.first(std::min(Bytes.size(), Shown))) {
    std::snprintf(Byte, sizeof(Byte), " %02x", Value);
    Text += Byte;
  }
  return Text + (Bytes.size() > Shown ? " ..." : "");
}

} // namespace

std::string causeOfArithmetic(const CrashReport &Report) {
  switch (Report.How.Code) {
  case FPE_INTDIV:
    return causeOfDivision(Report);
  case FPE_INTOVF:
    return "integer overflow";
  case FPE_FLTDIV:
    return "floating-point division by zero";
  case FPE_FLTOVF:
    return "floating-point overflow";
  case FPE_FLTUND:
    return "floating-point underflow";
  case FPE_FLTRES:
    return "inexact floating-point result";
  case FPE_FLTINV:
    return "invalid floating-point operation";
  default:
    return "";
  }
}

std::string causeOfTrap(const CrashReport &Report) {
  std::span<const uint8_t> Bytes = bytesAtPc(Report);
  if (Report.How.Signal == SIGTRAP) {
    constexpr uint8_t Int3 = 0xcc;
    bool IsInt3 = Report.Instruction.size() >= CrashReport::BytesBeforePc &&
                  Report.Instruction.front() == Int3;
    return IsInt3 ? "breakpoint instruction, as of __builtin_debugtrap()" : "";
  }
  if (Bytes.size() >= 2 && Bytes[0] == 0x0f && Bytes[1] == 0x0b)
    return "__builtin_trap(), or code that is never to be reached";
  if (auto Check = sanitizerCheck(Bytes))
    return "sanitizer trap: " + (*Check < std::size(SanitizerChecks)
                                     ? std::string(SanitizerChecks[*Check])
                                     : "check " + std::to_string(*Check));
  return Bytes.empty() ? "" : "illegal instruction:" + listBytes(Bytes);
}

} // namespace remoterun::controller

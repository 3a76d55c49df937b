//===- X86_64.cpp - What x86-64 instructions tell -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "controller/crash/InstructionCause.h"
#include "controller/crash/X86Instruction.h"

#include <csignal>
#include <optional>

namespace remoterun::controller {

namespace {

using wire::CrashReport;

/// The dividend of a signed division, by the bits of an operand.
bool isSmallestNumber(unsigned Bits, std::span<const uint64_t> Registers) {
  constexpr unsigned Low = 0, High = 2; // rax and rdx.
  uint64_t Mask = Bits == 64 ? UINT64_MAX : (uint64_t(1) << Bits) - 1;
  return (x86Register(Low, Registers) & Mask) == uint64_t(1) << (Bits - 1) &&
         (x86Register(High, Registers) & Mask) == Mask;
}

/// x86 raises one and the same exception for both (Intel SDM, #DE).
std::string division(const CrashReport &Report) {
  std::span<const uint64_t> Registers = Report.Registers.span();
  auto Found = decodeX86(bytesAtPc(Report), Registers);
  constexpr uint8_t Divisions = 0xf7, Unsigned = 6, Signed = 7;
  if (!Found || Found->Map != 1 || Found->Opcode != Divisions ||
      Found->Field < Unsigned)
    return SomeDivision;
  unsigned Bits = Found->IsWide ? 64 : Found->IsNarrow ? 16 : 32;
  bool IsOverflow = Found->Field == Signed && isSmallestNumber(Bits, Registers);
  if (Found->Register) {
    uint64_t Divisor = x86Register(*Found->Register, Registers);
    IsOverflow = Divisor << (64 - Bits) != 0;
  } else if (IsOverflow) {
    return "integer division by zero, or of the smallest number by -1";
  }
  if (!IsOverflow)
    return DivisionByZero;
  if (Found->Field == Signed && isSmallestNumber(Bits, Registers))
    return "integer division overflow: the smallest number divided by -1";
  return "integer division overflow";
}

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

std::string trap(const CrashReport &Report) {
  if (Report.Cause.Signal == SIGTRAP) {
    constexpr uint8_t Int3 = 0xcc;
    bool IsInt3 = Report.Instruction.size() >= CrashReport::BytesBeforePc &&
                  Report.Instruction.front() == Int3;
    return IsInt3 ? Breakpoint : "";
  }
  std::span<const uint8_t> Bytes = bytesAtPc(Report);
  if (Bytes.size() >= 2 && Bytes[0] == 0x0f && Bytes[1] == 0x0b)
    return BuiltinTrap;
  auto Check = sanitizerCheck(Bytes);
  return Check ? sanitizerTrap(*Check) : "";
}

//===----------------------------------------------------------------------===//
// General protection faults
//===----------------------------------------------------------------------===//

bool isCanonical(uint64_t Address) {
  uint64_t Top = Address >> 47;
  return Top == 0 || Top == 0x1ffff;
}

bool isPrivileged(const X86Instruction &Found) {
  uint8_t Opcode = Found.Opcode;
  if (Found.Map == 1)
    return Opcode == 0xf4 || (Opcode & 0xfe) == 0xfa ||
           (Opcode & 0xfc) == 0x6c || (Opcode & 0xfc) == 0xe4 ||
           (Opcode & 0xfc) == 0xec;
  return Found.Map == 2 && !Found.IsVex &&
         (Opcode == 0x00 || Opcode == 0x01 || Opcode == 0x06 ||
          Opcode == 0x08 || Opcode == 0x09 || (Opcode & 0xfc) == 0x20 ||
          Opcode == 0x30 || Opcode == 0x32 || Opcode == 0x33);
}

std::string nonCanonical(const char *What, uint64_t Address) {
  return std::string(What) + " non-canonical address " + hex(Address);
}

constexpr char SomeNonCanonical[] = "access to a non-canonical address";

/// What has no operand that ModRM describes.
std::string causeOfImplied(uint8_t Opcode, std::span<const uint64_t> Values) {
  constexpr unsigned Source = 6, Destination = 7; // rsi and rdi.
  switch (Opcode) {
  case 0xc2:
  case 0xc3:
    return "return to a non-canonical address: the stack is damaged";
  case 0xa4:
  case 0xa5:
    if (uint64_t From = x86Register(Source, Values); !isCanonical(From))
      return nonCanonical("read at", From);
    [[fallthrough]];
  case 0xaa:
  case 0xab:
    if (uint64_t To = x86Register(Destination, Values); !isCanonical(To))
      return nonCanonical("write at", To);
    [[fallthrough]];
  default:
    return SomeNonCanonical;
  }
}

std::string unaddressed(const CrashReport &Report) {
  std::span<const uint64_t> Registers = Report.Registers.span();
  auto Found = decodeX86(bytesAtPc(Report), Registers);
  if (!Found)
    return SomeNonCanonical;
  if (isPrivileged(*Found))
    return "privileged instruction";
  constexpr uint8_t JumpsAndCalls = 0xff;
  bool IsJump = Found->Map == 1 && Found->Opcode == JumpsAndCalls;
  if (IsJump && Found->Register)
    return nonCanonical("jump to", x86Register(*Found->Register, Registers));
  if (!Found->HasModRm && Found->Map == 1)
    return causeOfImplied(Found->Opcode, Registers);
  if (!Found->Address)
    return SomeNonCanonical;
  if (!isCanonical(*Found->Address))
    return nonCanonical("access to", *Found->Address);
  if (IsJump)
    return "jump to a non-canonical address";
  constexpr uint64_t VectorAlignment = 16;
  if (Found->Map > 1 && *Found->Address % VectorAlignment != 0)
    return "vector access to misaligned address " + hex(*Found->Address);
  return "";
}

} // namespace

const InstructionCause X86_64Cause = {trap, division, unaddressed};

} // namespace remoterun::controller

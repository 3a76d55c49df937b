//===- S390x.cpp - What s390x instructions tell ---------------------------===//
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
  // LLVM has no instruction for it, and jumps into the middle of one: of
  // a7 f4 00 01, "j .+2".
  std::span<const uint8_t> Bytes = bytesAtPc(Report);
  bool IsTrap = Bytes.size() >= 2 && Bytes[0] == 0 && Bytes[1] == 1 &&
                Report.Instruction.front() == 0xf4;
  return IsTrap ? BuiltinTrap : "";
}

/// The number of the register with the divisor, of the instructions that have
/// it in one: DR, and DLR, DLGR, DSGR and DSGFR (z/Architecture Principles of
/// Operation, chapter 7); 16 for others.
unsigned divisorRegister(std::span<const uint8_t> Bytes) {
  constexpr unsigned None = 16;
  if (Bytes.size() < 4)
    return None;
  if (Bytes[0] == 0x1d)
    return Bytes[1] & 0xf;
  bool IsDivision = Bytes[0] == 0xb9 && (Bytes[1] == 0x97 || Bytes[1] == 0x87 ||
                                         Bytes[1] == 0x0d || Bytes[1] == 0x1d);
  return IsDivision ? Bytes[3] & 0xf : None;
}

/// DSG, DSGF, DL and DLG have the divisor in memory; whether the quotient could
/// be too large, the dividend says.
std::string divisionByMemory(std::span<const uint8_t> Bytes,
                             const CrashReport &Report) {
  constexpr uint64_t Smallest = uint64_t(1) << 63;
  unsigned Dividend = Bytes[1] >> 4;
  if (Dividend + 1 >= Report.Registers.size())
    return SomeDivision;
  switch (Bytes[5]) {
  case 0x0d:
  case 0x1d:
    return Report.Registers[Dividend + 1] == Smallest
               ? "integer division by zero, or of the smallest number by -1"
               : DivisionByZero;
  case 0x97:
  case 0x87:
    // The half that would make the quotient too large.
    return static_cast<uint32_t>(Report.Registers[Dividend]) == 0
               ? DivisionByZero
               : SomeDivision;
  default:
    return SomeDivision;
  }
}

std::string division(const CrashReport &Report) {
  std::span<const uint8_t> Bytes = bytesAtPc(Report);
  if (Bytes.size() >= 6 && Bytes[0] == 0xe3)
    return divisionByMemory(Bytes, Report);
  unsigned Register = divisorRegister(Bytes);
  if (Register >= Report.Registers.size() || Register > 15)
    return SomeDivision;
  // DR, DLR and DSGFR divide by 32 bits.
  bool IsLong = Bytes[0] == 0xb9 && (Bytes[1] == 0x87 || Bytes[1] == 0x0d);
  uint64_t Divisor = Report.Registers[Register];
  bool IsZero = IsLong ? Divisor == 0 : static_cast<uint32_t>(Divisor) == 0;
  return IsZero ? DivisionByZero : "integer division overflow";
}

} // namespace

const InstructionCause S390xCause = {trap, division, noCause};

} // namespace remoterun::controller

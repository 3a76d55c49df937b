//===- FaultCause.cpp - Memory that could not be accessed -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/FaultCause.h"
#include "controller/X86Instruction.h"

#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <optional>

namespace remoterun::controller {

namespace {

using wire::CrashReport;
using Access = CrashReport::Access;

std::string hex(uint64_t Value) {
  char Text[2 + 16 + 1];
  std::snprintf(Text, sizeof(Text), "0x%" PRIx64, Value);
  return Text;
}

/// "read", "write", "access".
const char *noun(Access How) {
  switch (How) {
  case Access::Read:
    return "read";
  case Access::Write:
    return "write";
  case Access::Execute:
    return "execution";
  case Access::Unknown:
    break;
  }
  return "access";
}

/// Nobody maps anything below (vm.mmap_min_addr, and what comes with it).
constexpr uint64_t NullArea = 64 * 1024;
/// What a function may touch below the stack pointer before it has moved it,
/// and what probes of large frames leave.
constexpr uint64_t NearStack = 64 * 1024;

bool isStackOverflow(const CrashReport::Death &How) {
  uint64_t Address = How.Address.value(), Pointer = How.StackPointer.value();
  uint64_t Limit = How.StackLimit.value();
  if (How.How == Access::Execute || Pointer < NullArea)
    return false;
  if (Limit != 0)
    return Address < Limit + NearStack && Pointer < Limit + NearStack &&
           Address + NearStack >= Pointer;
  return Address + NearStack >= Pointer && Address < Pointer + NearStack;
}

std::string causeOfNull(uint64_t Address, Access How) {
  if (How != Access::Execute)
    return std::string("null pointer ") + noun(How) + " at " + hex(Address);
  if (Address == 0)
    return "call of a null pointer";
  return "jump to " + hex(Address) + ", near null";
}

std::string causeOfUnmapped(uint64_t Address, Access How) {
  if (How == Access::Execute)
    return "jump to unmapped address " + hex(Address);
  return std::string(noun(How)) + " at unmapped address " + hex(Address);
}

/// What a write was not allowed to.
std::string whatIsProtected(const CrashSymbols &Symbols,
                            std::optional<wire::Protection> OfProgram) {
  if (OfProgram == wire::Protection::Read)
    return "read-only data";
  if (OfProgram == wire::Protection::ReadExecute)
    return "the program's code";
  if (!Symbols.Library.empty())
    return "read-only memory of '" + Symbols.Library + "'";
  return "protected memory";
}

std::string causeOfProtection(const CrashReport::Death &How,
                              const CrashSymbols &Symbols,
                              std::span<const wire::Reserve::Segment> Program) {
  std::optional<wire::Protection> OfProgram;
  for (const wire::Reserve::Segment &Segment : Program)
    if (Segment.Range.contains({How.Address, 1}))
      OfProgram = Segment.Final;
  std::string Where = " at " + hex(How.Address.value());
  if (!Symbols.Variable.empty()) {
    Where += " ('" + Symbols.Variable + "'";
    if (Symbols.VariableOffset != 0)
      Where += "+" + hex(Symbols.VariableOffset);
    Where += ")";
  }
  switch (How.How) {
  case Access::Execute:
    return "execution of data" + Where;
  case Access::Write:
    return "write to " + whatIsProtected(Symbols, OfProgram) + Where;
  default:
    return std::string(noun(How.How)) +
           (How.How == Access::Read ? " of" : " to") + " protected memory" +
           Where;
  }
}

//===----------------------------------------------------------------------===//
// General protection faults of x86-64, of which the kernel tells no address
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

std::string causeOfProtectionFault(const CrashReport &Report) {
  std::span<const uint64_t> Registers = Report.Registers.span();
  std::span<const uint8_t> Bytes = Report.Instruction;
  if (Bytes.size() <= CrashReport::BytesBeforePc)
    return SomeNonCanonical;
  auto Found = decodeX86(Bytes.subspan(CrashReport::BytesBeforePc), Registers);
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

std::string causeOfBusError(const CrashReport::Death &How) {
  std::string Where = " at " + hex(How.Address.value());
  switch (How.Code) {
  case BUS_ADRALN:
    return "misaligned access" + Where;
  case BUS_ADRERR:
    return std::string(noun(How.How)) + " beyond the end of a mapped file" +
           Where;
  case BUS_OBJERR:
  case BUS_MCEERR_AR:
  case BUS_MCEERR_AO:
    return "memory hardware error" + Where;
  default:
    return "";
  }
}

} // namespace

std::string causeOfFault(const CrashReport &Report, const CrashSymbols &Symbols,
                         std::span<const wire::Reserve::Segment> Program) {
  const CrashReport::Death &How = Report.How;
  if (How.Code == SI_KERNEL)
    return causeOfProtectionFault(Report);
  if (How.Signal == SIGBUS)
    return causeOfBusError(How);
  uint64_t Address = How.Address.value();
  if (Address < NullArea)
    return causeOfNull(Address, How.How);
  if (isStackOverflow(How))
    return "stack overflow";
  if (How.Code == SEGV_MAPERR)
    return causeOfUnmapped(Address, How.How);
  if (How.Code == SEGV_ACCERR)
    return causeOfProtection(How, Symbols, Program);
  return std::string(noun(How.How)) + " at " + hex(Address);
}

} // namespace remoterun::controller

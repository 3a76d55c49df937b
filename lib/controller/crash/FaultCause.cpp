//===- FaultCause.cpp - Memory that could not be accessed -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/crash/FaultCause.h"
#include "controller/base/Printable.h"
#include "controller/crash/InstructionCause.h"

#include <csignal>
#include <optional>

namespace remoterun::controller {

namespace {

using wire::CrashReport;
using Access = CrashReport::Access;

/// "read", "write", "access".
const char *noun(Access Tried) {
  switch (Tried) {
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

bool isStackOverflow(const CrashReport::Death &Cause) {
  uint64_t Address = Cause.Address.value(),
           Pointer = Cause.StackPointer.value();
  uint64_t Limit = Cause.StackLimit.value();
  if (Cause.Tried == Access::Execute || Pointer < NullArea)
    return false;
  if (Limit != 0)
    return Address < Limit + NearStack && Pointer < Limit + NearStack &&
           Address + NearStack >= Pointer;
  return Address + NearStack >= Pointer && Address < Pointer + NearStack;
}

std::string causeOfNull(uint64_t Address, Access Tried) {
  if (Tried != Access::Execute)
    return std::string("null pointer ") + noun(Tried) + " at " + hex(Address);
  if (Address == 0)
    return "call of a null pointer";
  return "jump to " + hex(Address) + ", near null";
}

std::string causeOfUnmapped(uint64_t Address, Access Tried) {
  if (Tried == Access::Execute)
    return "jump to unmapped address " + hex(Address);
  return std::string(noun(Tried)) + " at unmapped address " + hex(Address);
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

std::optional<wire::Protection>
protectionAt(ExecutorAddr Address,
             std::span<const wire::Reserve::Segment> Program) {
  for (const wire::Reserve::Segment &Segment : Program)
    if (Segment.Range.contains({Address, 1}))
      return Segment.Final;
  return std::nullopt;
}

std::string causeOfProtection(const CrashReport::Death &Cause,
                              const CrashSymbols &Symbols,
                              std::optional<wire::Protection> OfProgram) {
  std::string Where = " at " + hex(Cause.Address.value());
  if (!Symbols.Variable.empty()) {
    Where += " ('" + Symbols.Variable + "'";
    if (Symbols.VariableOffset != 0)
      Where += "+" + hex(Symbols.VariableOffset);
    Where += ")";
  }
  switch (Cause.Tried) {
  case Access::Execute:
    return "execution of data" + Where;
  case Access::Write:
    return "write to " + whatIsProtected(Symbols, OfProgram) + Where;
  default:
    return std::string(noun(Cause.Tried)) +
           (Cause.Tried == Access::Read ? " of" : " to") + " protected memory" +
           Where;
  }
}

std::string causeOfBusError(const CrashReport::Death &Cause) {
  std::string Where = " at " + hex(Cause.Address.value());
  switch (Cause.Code) {
  case BUS_ADRALN:
    return "misaligned access" + Where;
  case BUS_ADRERR:
    return std::string(noun(Cause.Tried)) + " beyond the end of a mapped file" +
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
                         std::span<const wire::Reserve::Segment> Program,
                         uint16_t Machine) {
  const CrashReport::Death &Cause = Report.Cause;
  if (Cause.Code == SI_KERNEL)
    return instructionCause(Machine).Unaddressed(Report);
  if (Cause.Signal == SIGBUS)
    return causeOfBusError(Cause);
  uint64_t Address = Cause.Address.value();
  if (Address < NullArea)
    return causeOfNull(Address, Cause.Tried);
  if (isStackOverflow(Cause))
    return "stack overflow";
  auto OfProgram = protectionAt(Cause.Address, Program);
  // What is the program's is mapped, whatever an emulator says.
  if (Cause.Code == SEGV_MAPERR && !OfProgram)
    return causeOfUnmapped(Address, Cause.Tried);
  if (Cause.Code == SEGV_MAPERR || Cause.Code == SEGV_ACCERR)
    return causeOfProtection(Cause, Symbols, OfProgram);
  return std::string(noun(Cause.Tried)) + " at " + hex(Address);
}

} // namespace remoterun::controller

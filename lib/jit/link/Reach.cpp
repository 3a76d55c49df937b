//===- Reach.cpp - Values that fit into their places ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/Reach.h"
#include "jit/link/ObjectJoiner.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Bits that reach all of the slab from anywhere in it.
constexpr unsigned OfSlab = 32;

bool fits(RelocationReach Room, uint64_t Value) {
  bool IsSigned = isIntN(Room.Bits, static_cast<int64_t>(Value));
  bool IsUnsigned = isUIntN(Room.Bits, Value);
  switch (Room.Of) {
  case RelocationReach::Numbers::Signed:
    return IsSigned;
  case RelocationReach::Numbers::Unsigned:
    return IsUnsigned;
  case RelocationReach::Numbers::Either:
    return IsSigned || IsUnsigned;
  }
  return false;
}

} // namespace

/// What is nearly in a section is in the slab, or at its edge.
template <typename ELFT>
void ObjectJoiner<ELFT>::noteReach(const InputSection &Into,
                                   const JoinedRelocation &Relocation) {
  constexpr int64_t Edge = int64_t(1) << 20;
  RelocationReach Room = In.Target.Reach(Relocation.Type);
  if (Room.Bits == 0)
    return;
  using Kind = JoinedReference::Kind;
  const JoinedReference &To = Relocation.To;
  JoinedProgram::LimitedReference Noted;
  switch (To.What) {
  case Kind::Section: {
    auto Size = static_cast<int64_t>(Sections.outputs()[To.Number].Size);
    if (Room.Bits >= OfSlab && Relocation.Addend >= -Edge &&
        Relocation.Addend <= Size + Edge)
      return;
    // Wherever that comes to lie.
    auto Offset = static_cast<int64_t>(Relocation.Offset);
    if (Room.IsDistance && To.Number == Into.Output &&
        fits(Room, static_cast<uint64_t>(Relocation.Addend - Offset)))
      return;
    Noted.Section = {Number, sectionOfOutput(To.Number)};
    break;
  }
  case Kind::Undefined:
    Noted.Name = Undefined[To.Number].str();
    break;
  case Kind::Definition: // Of what has stubs or a GOT.
    return;
  case Kind::Nothing:
    break;
  }
  Noted.Place = {{Number, sectionOfOutput(Into.Output)}, Relocation.Offset};
  Noted.Type = Relocation.Type;
  Noted.Addend = Relocation.Addend;
  Made.Limited.push_back(std::move(Noted));
}

template <typename ELFT>
void ObjectJoiner<ELFT>::noteNearness(uint32_t Type, const RelocationRule &Rule,
                                      const Meaning &To,
                                      const InputSection &Into) {
  if (!Rule.NeedsNearness)
    return;
  RelocationReach Room =
      In.Target.Reach ? In.Target.Reach(Type) : RelocationReach();
  if (To.What == Meaning::Kind::Name && To.IsOutside)
    Made.Near.insert(Undefined[To.Number]);
  bool IsAddress = Room.Bits == OfSlab && !Room.IsDistance &&
                   To.What != Meaning::Kind::Absolute;
  if (IsAddress && Made.NeedsLowAddresses.empty())
    Made.NeedsLowAddresses = "section '" + Into.Name.str() + "' of object '" +
                             In.Objects[Into.Key.Object].Name + "'";
}

namespace {

/// Nothing for what is nowhere, and weak.
std::optional<uint64_t>
valueOf(const JoinedProgram::LimitedReference &Reference,
        const SectionMemory &Memory, const SymbolAddresses &Addresses) {
  auto Addend = static_cast<uint64_t>(Reference.Addend);
  if (!Reference.Name.empty()) {
    auto Known = Addresses.find(Reference.Name);
    if (Known == Addresses.end())
      return std::nullopt;
    return Known->second.value() + Addend;
  }
  if (Reference.Section.Index == 0)
    return Addend;
  const WorkingSection *Section = Memory.find(Reference.Section);
  return Section ? std::optional(Section->Target.value() + Addend)
                 : std::nullopt;
}

} // namespace

Failure outOfReach(const FarReference &Reference, const JoinedProgram &Program,
                   const std::vector<ProgramObject> &Inputs,
                   const SectionMemory &Memory, const Isa &Target) {
  const JoinedPlace &Place = Reference.Place;
  const ProgramObject *Input =
      Program.inputAt(Place.Section, Place.Offset, Inputs);
  auto Hex = [](uint64_t Value) {
    return "0x" + utohexstr(Value, /*LowerCase=*/true);
  };
  return {Blame::Input,
          "cannot link object '" + (Input ? Input->Name : "") + "': section '" +
              Memory.find(Place.Section)->Name + "' refers by " +
              getELFRelocationTypeName(Target.Machine, Reference.Type).str() +
              " to what is out of its reach: " +
              (Reference.Name.empty()
                   ? ""
                   : "'" + demangle(Reference.Name) + "' at ") +
              Hex(Reference.Value) +
              (Reference.From ? ", from " + Hex(*Reference.From) : "") +
              "; compile it with " + Target.ObjectFlags.str() +
              ", or pass it as IR with --extra-module"};
}

Expected<void> checkReach(const JoinedProgram &Program,
                          const std::vector<ProgramObject> &Inputs,
                          const SectionMemory &Memory,
                          const SymbolAddresses &Addresses, const Isa &Target) {
  for (const JoinedProgram::LimitedReference &Each : Program.Limited) {
    const WorkingSection *Section = Memory.find(Each.Place.Section);
    auto Value = valueOf(Each, Memory, Addresses);
    if (!Section || !Value)
      continue;
    RelocationReach Room = Target.Reach(Each.Type);
    uint64_t Place = (Section->Target + Each.Place.Offset).value();
    if (fits(Room, Room.IsDistance ? *Value - Place : *Value))
      continue;
    FarReference Far = {.Place = Each.Place,
                        .Type = Each.Type,
                        .Name = Each.Name,
                        .Value = *Value,
                        .From = {}};
    if (Room.IsDistance)
      Far.From = Place;
    return outOfReach(Far, Program, Inputs, Memory, Target);
  }
  return {};
}

void writeDistancesToNowhere(const JoinedProgram &Program,
                             SectionMemory &Memory,
                             const SymbolAddresses &Addresses,
                             const Isa &Target) {
  for (const JoinedProgram::LimitedReference &Each : Program.Limited) {
    const WorkingSection *Section = Memory.find(Each.Place.Section);
    RelocationReach Room = Target.Reach(Each.Type);
    if (!Section || !Room.IsDistance || Room.Unit == 0 ||
        valueOf(Each, Memory, Addresses))
      continue;
    auto Distance =
        static_cast<int64_t>(static_cast<uint64_t>(Each.Addend) -
                             (Section->Target + Each.Place.Offset).value());
    if (fits(Room, static_cast<uint64_t>(Distance)))
      support::endian::write32(Section->Memory + Each.Place.Offset,
                               static_cast<uint32_t>(Distance / Room.Unit),
                               Target.isLittleEndian() ? endianness::little
                                                       : endianness::big);
  }
}

#define REMOTERUN_INSTANTIATE(ELFT)                                            \
  template void ObjectJoiner<ELFT>::noteReach(const InputSection &,            \
                                              const JoinedRelocation &);       \
  template void ObjectJoiner<ELFT>::noteNearness(                              \
      uint32_t, const RelocationRule &, const Meaning &,                       \
      const InputSection &);
REMOTERUN_INSTANTIATE(ELF64LE)
REMOTERUN_INSTANTIATE(ELF64BE)
REMOTERUN_INSTANTIATE(ELF32LE)
#undef REMOTERUN_INSTANTIATE

} // namespace remoterun::jit

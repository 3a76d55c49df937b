//===- InstructionFields.cpp - Fields that RuntimeDyld leaves -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/InstructionFields.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace llvm::object;
using support::endian::read16le;
using support::endian::read32le;
using support::endian::write16le;
using support::endian::write32le;

namespace remoterun::jit {

namespace {

/// Of a distance, whose upper part it refers to.
bool isLowerPart(uint32_t Type) {
  return Type == ELF::R_RISCV_PCREL_LO12_I || Type == ELF::R_RISCV_PCREL_LO12_S;
}

bool isBranch(uint32_t Type) {
  return Type == ELF::R_RISCV_BRANCH || Type == ELF::R_RISCV_JAL ||
         Type == ELF::R_RISCV_RVC_BRANCH || Type == ELF::R_RISCV_RVC_JUMP;
}

/// Of one symbol, and not RuntimeDyld's.
bool isField(uint32_t Type) {
  return isBranch(Type) || Type == ELF::R_RISCV_LO12_S ||
         Type == ELF::R_RISCV_SET6 || Type == ELF::R_RISCV_SUB6;
}

/// Permission to relax, which is not made use of, and what padding was for that
/// (CodePadding.h).
bool isForRelaxation(uint32_t Type) {
  return Type == ELF::R_RISCV_RELAX || Type == ELF::R_RISCV_ALIGN;
}

/// Bits \p From and up of \p Value, \p Count of them, to be at \p To.
uint32_t bits(uint64_t Value, unsigned From, unsigned Count, unsigned To) {
  return (static_cast<uint32_t>(Value >> From) & ((1U << Count) - 1)) << To;
}

/// The immediates of the formats I, S, B, J, CB and CJ (the RISC-V instruction
/// set manual, "Immediate Encoding Variants", "Compressed Instruction
/// Formats"), and the low bits of an unwind table's opcode.
void writeField(uint8_t *Place, uint32_t Type, uint64_t Value) {
  auto Write32 = [&](uint32_t Kept, uint32_t New) {
    write32le(Place, (read32le(Place) & Kept) | New);
  };
  auto Write16 = [&](uint32_t Kept, uint32_t New) {
    write16le(Place, static_cast<uint16_t>((read16le(Place) & Kept) | New));
  };
  switch (Type) {
  case ELF::R_RISCV_PCREL_LO12_I:
    return Write32(0xfffff, bits(Value, 0, 12, 20));
  case ELF::R_RISCV_PCREL_LO12_S:
  case ELF::R_RISCV_LO12_S:
    return Write32(0x01fff07f, bits(Value, 0, 5, 7) | bits(Value, 5, 7, 25));
  case ELF::R_RISCV_BRANCH:
    return Write32(0x01fff07f, bits(Value, 11, 1, 7) | bits(Value, 1, 4, 8) |
                                   bits(Value, 5, 6, 25) |
                                   bits(Value, 12, 1, 31));
  case ELF::R_RISCV_JAL:
    return Write32(0xfff, bits(Value, 12, 8, 12) | bits(Value, 11, 1, 20) |
                              bits(Value, 1, 10, 21) | bits(Value, 20, 1, 31));
  case ELF::R_RISCV_RVC_BRANCH:
    return Write16(0xe383, bits(Value, 5, 1, 2) | bits(Value, 1, 2, 3) |
                               bits(Value, 6, 2, 5) | bits(Value, 3, 2, 10) |
                               bits(Value, 8, 1, 12));
  case ELF::R_RISCV_RVC_JUMP:
    return Write16(0xe003, bits(Value, 5, 1, 2) | bits(Value, 1, 3, 3) |
                               bits(Value, 7, 1, 6) | bits(Value, 6, 1, 7) |
                               bits(Value, 10, 1, 8) | bits(Value, 8, 2, 9) |
                               bits(Value, 4, 1, 11) | bits(Value, 11, 1, 12));
  case ELF::R_RISCV_SET6:
    *Place = static_cast<uint8_t>((*Place & 0xc0) | bits(Value, 0, 6, 0));
    return;
  case ELF::R_RISCV_SUB6:
    *Place =
        static_cast<uint8_t>((*Place & 0xc0) | bits(*Place - Value, 0, 6, 0));
    return;
  default:
    return;
  }
}

/// What is weak and nowhere has no distance that reaches it: auipc becomes lui,
/// with the upper part of \p Value.
void writeUpperOfNumber(uint8_t *Instruction, uint64_t Value) {
  constexpr uint32_t Register = 0xf80, Lui = 0x37;
  write32le(Instruction, (read32le(Instruction) & Register) | Lui |
                             static_cast<uint32_t>(Value + 0x800) >> 12 << 12);
}

} // namespace

struct InstructionFields::AddressParts {
  using Place = std::pair<uint64_t, uint64_t>;
  DenseMap<Place, size_t> Upper;
  std::vector<std::pair<Field, Place>> Lower;
};

Expected<InstructionFields>
InstructionFields::find(std::vector<ProgramObject> &Objects) {
  InstructionFields Found;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (Error E = Found.findIn(Number, Objects[Number]))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + Objects[Number].Name + "'",
                      std::move(E));
  return Found;
}

llvm::Expected<InstructionFields::Reference>
InstructionFields::referenceOf(size_t Number, const View &Object,
                               const View::Shdr &Table,
                               const RelocationView &Relocation) {
  Reference Made;
  Made.Section = {Number, Table.sh_info};
  Made.Offset = Relocation.Offset;
  Made.IsDistance = isBranch(Relocation.Type) || isLowerPart(Relocation.Type) ||
                    Relocation.Type == ELF::R_RISCV_PCREL_HI20;
  Made.Addend = static_cast<uint64_t>(Relocation.Addend);
  if (Relocation.Symbol == 0)
    return Made;
  const auto &Symbol = Object.symbols()[Relocation.Symbol];
  Made.To = {Number, Object.sectionOf(Symbol)};
  Made.Addend += Symbol.st_value;
  if (!Symbol.isUndefined())
    return Made;
  auto Name = Object.nameOf(Symbol);
  if (!Name)
    return Name.takeError();
  Made.Name = Name->str();
  return Made;
}

Error InstructionFields::note(size_t Number, const View &Object,
                              const View::Shdr &Table,
                              const RelocationView &Relocation,
                              AddressParts &Parts) {
  bool IsUpper = Relocation.Type == ELF::R_RISCV_PCREL_HI20;
  bool IsLower = isLowerPart(Relocation.Type);
  if (!IsUpper && !IsLower && !isField(Relocation.Type))
    return Error::success();
  auto Found = referenceOf(Number, Object, Table, Relocation);
  if (!Found)
    return Found.takeError();
  Field Its = {Found->Section, Relocation.Offset, Relocation.Type,
               References.size()};
  if (IsLower) {
    Parts.Lower.push_back({Its, {Found->To.Index, Found->Addend}});
    return Error::success();
  }
  if (IsUpper)
    Parts.Upper[{Table.sh_info, Relocation.Offset}] = Its.Of;
  else
    Fields.push_back(Its);
  References.push_back(std::move(*Found));
  return Error::success();
}

Error InstructionFields::findIn(size_t Number, ProgramObject &Object) {
  auto Opened = View::create(Object.Bytes);
  if (!Opened)
    return Opened.takeError();
  AddressParts Parts;
  for (const View::Shdr &Table : Opened->sections()) {
    if (!View::isRelocations(Table))
      continue;
    auto Note = [&](const RelocationView &Each) {
      return note(Number, *Opened, Table, Each, Parts);
    };
    if (Error E = Opened->forEachRelocation(Table, Note))
      return E;
    auto Relocations = Opened->relocationsOf(Table);
    if (!Relocations)
      return Relocations.takeError();
    auto Rest = remove_if(*Relocations, [](const auto &Each) {
      uint32_t Type = Each.getType(false);
      return isLowerPart(Type) || isField(Type) || isForRelaxation(Type);
    });
    writable(Table).sh_size =
        static_cast<size_t>(Rest - Relocations->begin()) * sizeof(*Rest);
  }
  for (auto &[Its, Of] : Parts.Lower) {
    auto Found = Parts.Upper.find(Of);
    if (Found == Parts.Upper.end())
      return createStringError(inconvertibleErrorCode(),
                               "the lower part of an address has no upper part "
                               "(R_RISCV_PCREL_HI20)");
    Its.Of = Found->second;
    Fields.push_back(Its);
  }
  return Error::success();
}

std::optional<uint64_t>
InstructionFields::valueOf(const Reference &Wanted, const SectionMemory &Memory,
                           const SymbolAddresses &Addresses) {
  uint64_t To = 0;
  if (!Wanted.Name.empty()) {
    auto Known = Addresses.find(Wanted.Name);
    if (Known == Addresses.end())
      return std::nullopt;
    To = Known->second.value();
  } else if (const WorkingSection *Section = Memory.find(Wanted.To)) {
    To = Section->Target.value();
  }
  const WorkingSection *From = Memory.find(Wanted.Section);
  if (Wanted.IsDistance && From)
    To -= (From->Target + Wanted.Offset).value();
  return To + Wanted.Addend;
}

void InstructionFields::complete(SectionMemory &Memory,
                                 const SymbolAddresses &Addresses) const {
  std::vector<std::optional<uint64_t>> Values;
  for (const Reference &Each : References)
    Values.push_back(valueOf(Each, Memory, Addresses));
  for (const Field &Each : Fields) {
    const WorkingSection *Section = Memory.find(Each.Section);
    if (!Section)
      continue;
    const Reference &Of = References[Each.Of];
    std::optional<uint64_t> Value = Values[Each.Of];
    if (!Value && isLowerPart(Each.Type))
      if (const WorkingSection *Upper = Memory.find(Of.Section))
        writeUpperOfNumber(Upper->Memory + Of.Offset, Of.Addend);
    // A branch to what is weak and nowhere is never taken.
    if (Value || !isBranch(Each.Type))
      writeField(Section->Memory + Each.Offset, Each.Type,
                 Value.value_or(Of.Addend));
  }
}

} // namespace remoterun::jit

//===- LowerParts.cpp - The lower 12 bits of addresses --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LowerParts.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace llvm::object;
using support::endian::read32le;
using support::endian::write32le;

namespace remoterun::jit {

namespace {

bool isLowerPart(uint32_t Type) {
  return Type == ELF::R_RISCV_PCREL_LO12_I ||
         Type == ELF::R_RISCV_PCREL_LO12_S || Type == ELF::R_RISCV_LO12_S;
}

/// The immediates of RISC-V's formats I and S.
void writeLower(uint8_t *Instruction, bool IsStore, uint64_t Value) {
  auto Bits = static_cast<uint32_t>(Value);
  uint32_t Old = read32le(Instruction);
  write32le(Instruction, IsStore ? (Old & 0x01fff07f) | (Bits & 0x1f) << 7 |
                                       (Bits & 0xfe0) << 20
                                 : (Old & 0xfffff) | Bits << 20);
}

/// What is weak and nowhere has no distance that reaches it: auipc becomes lui,
/// with the upper part of \p Value.
void writeUpperOfNumber(uint8_t *Instruction, uint64_t Value) {
  constexpr uint32_t Register = 0xf80, Lui = 0x37;
  write32le(Instruction, (read32le(Instruction) & Register) | Lui |
                             static_cast<uint32_t>(Value + 0x800) >> 12 << 12);
}

} // namespace

Expected<LowerParts> LowerParts::find(std::vector<ProgramObject> &Objects) {
  LowerParts Found;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (Error E = Found.findIn(Number, Objects[Number]))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + Objects[Number].Name + "'",
                      std::move(E));
  return Found;
}

llvm::Expected<LowerParts::Reference>
LowerParts::referenceOf(size_t Number, const View &Object,
                        const View::Shdr &Table,
                        const RelocationView &Relocation) {
  Reference Made;
  Made.Section = {Number, Table.sh_info};
  Made.Offset = Relocation.Offset;
  Made.IsDistance = Relocation.Type != ELF::R_RISCV_LO12_S;
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

Error LowerParts::findIn(size_t Number, ProgramObject &Object) {
  auto Opened = View::create(Object.Bytes);
  if (!Opened)
    return Opened.takeError();
  // Numbers of upper parts by where they stand, and the lower parts of them,
  // with that place.
  using Place = std::pair<uint64_t, uint64_t>;
  DenseMap<Place, size_t> Upper;
  std::vector<std::pair<LowerPart, Place>> Lower;
  for (const View::Shdr &Table : Opened->sections()) {
    if (!View::isRelocations(Table))
      continue;
    auto Note = [&](const RelocationView &Each) -> Error {
      bool IsUpper = Each.Type == ELF::R_RISCV_PCREL_HI20;
      if (!IsUpper && !isLowerPart(Each.Type))
        return Error::success();
      auto Found = referenceOf(Number, *Opened, Table, Each);
      if (!Found)
        return Found.takeError();
      LowerPart Part = {Found->Section, Each.Offset,
                        Each.Type != ELF::R_RISCV_PCREL_LO12_I,
                        References.size()};
      if (IsUpper)
        Upper[{Table.sh_info, Each.Offset}] = Part.Of;
      else if (Found->IsDistance)
        Lower.push_back({Part, {Found->To.Index, Found->Addend}});
      else
        Parts.push_back(Part);
      if (IsUpper || !Found->IsDistance)
        References.push_back(std::move(*Found));
      return Error::success();
    };
    if (Error E = Opened->forEachRelocation(Table, Note))
      return E;
    auto Relocations = Opened->relocationsOf(Table);
    if (!Relocations)
      return Relocations.takeError();
    auto Rest = remove_if(*Relocations, [](const auto &Each) {
      return isLowerPart(Each.getType(false));
    });
    writable(Table).sh_size =
        static_cast<size_t>(Rest - Relocations->begin()) * sizeof(*Rest);
  }
  for (auto &[Part, Of] : Lower) {
    auto Found = Upper.find(Of);
    if (Found == Upper.end())
      return createStringError(inconvertibleErrorCode(),
                               "the lower part of an address has no upper part "
                               "(R_RISCV_PCREL_HI20)");
    Part.Of = Found->second;
    Parts.push_back(Part);
  }
  return Error::success();
}

std::optional<uint64_t> LowerParts::valueOf(const Reference &Wanted,
                                            const SectionMemory &Memory,
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

void LowerParts::complete(SectionMemory &Memory,
                          const SymbolAddresses &Addresses) const {
  std::vector<uint64_t> Values;
  for (const Reference &Each : References) {
    auto Value = valueOf(Each, Memory, Addresses);
    const WorkingSection *Section = Memory.find(Each.Section);
    if (!Value && Each.IsDistance && Section)
      writeUpperOfNumber(Section->Memory + Each.Offset, Each.Addend);
    Values.push_back(Value.value_or(Each.Addend));
  }
  for (const LowerPart &Each : Parts)
    if (const WorkingSection *Section = Memory.find(Each.Section))
      writeLower(Section->Memory + Each.Offset, Each.IsStore, Values[Each.Of]);
}

} // namespace remoterun::jit

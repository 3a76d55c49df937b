//===- OwnFields.cpp - Relocations that are applied by ourselves ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/OwnFields.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

bool OwnFields::reachesInSection(const Field &Its, const Target &To,
                                 ArrayRef<uint8_t> Contents) const {
  constexpr size_t Widest = 4;
  if (!To.Name.empty() || To.To.Index != Its.Section.Index)
    return false;
  uint8_t Copy[Widest] = {};
  size_t Left = std::min<size_t>(Contents.size() - Its.Offset, Widest);
  copy(Contents.slice(Its.Offset, Left), Copy);
  // Far from 0, so that nothing is below it.
  constexpr uint64_t Somewhere = uint64_t(1) << 31;
  return Rules->Write(Its.Type, Copy, Somewhere + Its.Offset,
                      Somewhere + static_cast<uint64_t>(To.Addend));
}

Error OwnFields::note(size_t Number, const View &Object,
                      const View::Shdr &Table, const ELF32LE::Rela &Relocation,
                      ArrayRef<uint8_t> Contents) {
  const auto &Symbol = Object.symbols()[Relocation.getSymbol(false)];
  bool IsName = Symbol.isUndefined() && Relocation.getSymbol(false) != 0;
  Field Its;
  Its.Section = {Number, Table.sh_info};
  Its.Offset = Relocation.r_offset;
  Its.Type = Relocation.getType(false);
  // What has a name is elsewhere, and its address is a function's.
  bool IsFunction =
      IsName || Symbol.getType() == ELF::STT_FUNC || Symbol.st_value & 1;
  Target To;
  To.Addend = Relocation.r_addend +
              Rules->Addend(Its.Type, Contents.data() + Its.Offset, IsFunction);
  if (IsName) {
    auto Name = Object.nameOf(Symbol);
    if (!Name)
      return Name.takeError();
    To.Name = Name->str();
  } else {
    To.To = {Number, Object.sectionOf(Symbol)};
    To.Addend += Symbol.st_value;
  }
  auto [Known, IsNew] = NumberOf.try_emplace(To, Targets.size());
  if (IsNew)
    Targets.push_back(To);
  Its.Of = Known->second;
  if (Rules->IsBranch(Its.Type) && !reachesInSection(Its, To, Contents))
    Its.Jump = JumpOf.try_emplace(Its.Of, JumpOf.size()).first->second;
  Fields.push_back(Its);
  return Error::success();
}

Error OwnFields::findIn(size_t Number, ProgramObject &Object) {
  auto Opened = View::create(Object.Bytes);
  if (!Opened)
    return Opened.takeError();
  for (const auto &Table : Opened->sections()) {
    if (Table.sh_type != ELF::SHT_RELA)
      continue;
    auto Relocations = Opened->relocationsOf(Table);
    if (!Relocations)
      return Relocations.takeError();
    auto Contents = Opened->contentsOf(Opened->sections()[Table.sh_info]);
    if (!Contents)
      return Contents.takeError();
    for (auto &Relocation : *Relocations) {
      if (!Rules->IsField(Relocation.getType(false)))
        continue;
      if (Error E = note(Number, *Opened, Table, Relocation, *Contents))
        return E;
      // RuntimeDyld must see that the other section is needed.
      Relocation.setType(ELF::R_ARM_NONE, false);
    }
  }
  return Error::success();
}

Expected<OwnFields> OwnFields::find(std::vector<ProgramObject> &Objects,
                                    const Isa &Target) {
  OwnFields Found;
  Found.Rules = Target.Fields;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (Error E = Found.findIn(Number, Objects[Number]))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + Objects[Number].Name + "'",
                      std::move(E));
  return Found;
}

void OwnFields::allocate(SectionMemory &Memory) {
  if (!JumpOf.empty())
    JumpSection = Memory.addSynthetic(
        ".text.veneers", {SectionKind::Code, JumpOf.size() * Rules->Jump.Size,
                          Rules->JumpAlignment});
}

std::optional<uint64_t> OwnFields::valueOf(const Target &Wanted,
                                           const SectionMemory &Memory,
                                           const SymbolAddresses &Addresses) {
  uint64_t To = 0;
  if (!Wanted.Name.empty()) {
    auto Known = Addresses.find(Wanted.Name);
    if (Known == Addresses.end())
      return std::nullopt;
    To = Known->second.value();
  } else if (const WorkingSection *Place = Memory.find(Wanted.To)) {
    To = Place->Target.value();
  }
  return To + static_cast<uint64_t>(Wanted.Addend);
}

bool OwnFields::write(const Field &Its, uint8_t *Place, uint64_t Address,
                      uint64_t Value, const SectionMemory &Memory) const {
  if (Rules->Write(Its.Type, Place, Address, Value))
    return true;
  if (!Its.Jump)
    return false;
  const WorkingSection &Jumps = Memory.sections()[JumpSection];
  uint64_t Offset = *Its.Jump * Rules->Jump.Size;
  uint64_t Jump = (Jumps.Target + Offset).value();
  Rules->Jump.Write(Jumps.Memory + Offset, Jump, Value);
  return Rules->Write(Its.Type, Place, Address, Jump | Rules->JumpKind);
}

std::optional<FarReference>
OwnFields::complete(SectionMemory &Memory,
                    const SymbolAddresses &Addresses) const {
  std::vector<std::optional<uint64_t>> Values;
  for (const Target &Each : Targets)
    Values.push_back(valueOf(Each, Memory, Addresses));
  for (const Field &Each : Fields) {
    const WorkingSection *Section = Memory.find(Each.Section);
    if (!Section)
      continue;
    const Target &To = Targets[Each.Of];
    std::optional<uint64_t> Value = Values[Each.Of];
    uint8_t *Place = Section->Memory + Each.Offset;
    if (!Value && Rules->IsBranch(Each.Type)) {
      Rules->WriteNothing(Each.Type, Place);
      continue;
    }
    // What is weak and nowhere is at 0.
    uint64_t Number = Value.value_or(static_cast<uint64_t>(To.Addend));
    uint64_t Address = (Section->Target + Each.Offset).value();
    if (!write(Each, Place, Address, Number, Memory))
      return FarReference{.Place = {Each.Section, Each.Offset},
                          .Type = Each.Type,
                          .Name = To.Name,
                          .Value = Number,
                          .From = Address};
  }
  return std::nullopt;
}

} // namespace remoterun::jit

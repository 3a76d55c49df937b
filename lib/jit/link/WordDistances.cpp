//===- WordDistances.cpp - Words that count from their places -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/WordDistances.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace llvm::object;
using support::endian::read32le;
using support::endian::write32le;

namespace remoterun::jit {

Error WordDistances::findIn(size_t Number, ProgramObject &Object,
                            uint32_t Type) {
  auto View = ElfView<ELF32LE>::create(Object.Bytes);
  if (!View)
    return View.takeError();
  for (const auto &Table : View->sections()) {
    if (Table.sh_type != ELF::SHT_RELA)
      continue;
    auto Relocations = View->relocationsOf(Table);
    if (!Relocations)
      return Relocations.takeError();
    for (auto &Relocation : *Relocations) {
      if (Relocation.getType(false) != Type)
        continue;
      Word Its;
      Its.Section = {Number, Table.sh_info};
      Its.Offset = Relocation.r_offset;
      Its.Addend = Relocation.r_addend;
      const auto &Symbol = View->symbols()[Relocation.getSymbol(false)];
      if (Symbol.isUndefined() && Relocation.getSymbol(false) != 0) {
        auto Name = View->nameOf(Symbol);
        if (!Name)
          return Name.takeError();
        Its.Name = Name->str();
      } else {
        Its.To = {Number, View->sectionOf(Symbol)};
        Its.Addend += Symbol.st_value;
      }
      Words.push_back(std::move(Its));
      // RuntimeDyld must see that the other section is needed.
      Relocation.setType(ELF::R_ARM_NONE, false);
    }
  }
  return Error::success();
}

Expected<WordDistances> WordDistances::find(std::vector<ProgramObject> &Objects,
                                            const Isa &Target) {
  WordDistances Found;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (Error E =
            Found.findIn(Number, Objects[Number], Target.DistanceRelocation))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + Objects[Number].Name + "'",
                      std::move(E));
  return Found;
}

void WordDistances::complete(SectionMemory &Memory,
                             const SymbolAddresses &Addresses) const {
  for (const Word &Each : Words) {
    const WorkingSection *Section = Memory.find(Each.Section);
    if (!Section)
      continue;
    // What is weak and nowhere is at 0.
    ExecutorAddr To;
    if (!Each.Name.empty())
      To = Addresses.lookup(Each.Name);
    else if (const WorkingSection *Place = Memory.find(Each.To))
      To = Place->Target;
    uint8_t *Place = Section->Memory + Each.Offset;
    uint64_t Distance = To.value() - (Section->Target + Each.Offset).value() +
                        static_cast<uint64_t>(Each.Addend);
    write32le(Place, read32le(Place) + static_cast<uint32_t>(Distance));
  }
}

} // namespace remoterun::jit

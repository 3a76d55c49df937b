//===- LocalBranches.cpp - Branches that keep the TOC ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/LocalBranches.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace llvm::object;
using support::endian::read32le;
using support::endian::write32le;

namespace remoterun::jit {

namespace {

constexpr uint64_t InstructionSize = 4;
constexpr uint32_t Nop = 0x60000000;
/// Of an instruction b or bl: where it branches to.
constexpr uint32_t DistanceMask = 0x03fffffc;

/// Does a linker find room behind the branch at \p Offset of \p Code?
bool hasRoomToRestore(ArrayRef<uint8_t> Code, uint64_t Offset) {
  uint64_t Next = Offset + InstructionSize;
  return Next <= Code.size() && Code.size() - Next >= InstructionSize &&
         read32le(Code.data() + Next) == Nop;
}

} // namespace

Error LocalBranches::findIn(size_t Number, ProgramObject &Object) {
  auto View = ElfView<ELF64LE>::create(Object.Bytes);
  if (!View)
    return View.takeError();
  for (const Shdr &Table : View->sections())
    if (Table.sh_type == ELF::SHT_RELA &&
        (View->sections()[Table.sh_info].sh_flags & ELF::SHF_EXECINSTR))
      if (Error E = findIn(Number, *View, Table))
        return E;
  return Error::success();
}

Error LocalBranches::findIn(size_t Number, const ElfView<ELF64LE> &View,
                            const Shdr &Section) {
  auto Relocations = View.relocationsOf(Section);
  if (!Relocations)
    return Relocations.takeError();
  auto Code = View.contentsOf(View.sections()[Section.sh_info]);
  if (!Code)
    return Code.takeError();
  for (Rela &Relocation : *Relocations) {
    const Sym &To = View.symbols()[Relocation.getSymbol(false)];
    if (Relocation.getType(false) != ELF::R_PPC64_REL24 ||
        To.st_shndx == Section.sh_info ||
        hasRoomToRestore(*Code, Relocation.r_offset))
      continue;
    // What the object itself defines is referred to by its place.
    if (To.st_shndx == ELF::SHN_UNDEF || To.st_shndx >= ELF::SHN_LORESERVE) {
      auto Name = View.nameOf(To);
      if (!Name)
        return Name.takeError();
      return createStringError(inconvertibleErrorCode(),
                               "no nop follows its call of '" + *Name +
                                   "', for a linker to restore r2 there");
    }
    Branches.push_back({{Number, Section.sh_info},
                        Relocation.r_offset,
                        {Number, To.st_shndx},
                        To.st_value +
                            static_cast<uint64_t>(Relocation.r_addend) +
                            static_cast<uint64_t>(
                                ELF::decodePPC64LocalEntryOffset(To.st_other)),
                        read32le(Code->data() + Relocation.r_offset)});
    // RuntimeDyld has no R_PPC64_NONE, and must see that the other section is
    // needed; this one cannot overflow.
    Relocation.setType(ELF::R_PPC64_ADDR16_LO, false);
  }
  return Error::success();
}

Expected<LocalBranches>
LocalBranches::find(std::vector<ProgramObject> &Objects) {
  LocalBranches Found;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (Error E = Found.findIn(Number, Objects[Number]))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + Objects[Number].Name + "'",
                      std::move(E));
  return Found;
}

Expected<void> LocalBranches::complete(SectionMemory &Memory) const {
  for (const Branch &Each : Branches) {
    const WorkingSection *Section = Memory.find(Each.Section);
    const WorkingSection *To = Memory.find(Each.To);
    if (!Section || !To)
      continue;
    int64_t Distance =
        static_cast<int64_t>((To->Target + Each.ToOffset).value() -
                             (Section->Target + Each.Offset).value());
    if (!isInt<26>(Distance))
      return Failure{Blame::Input,
                     "section '" + Section->Name + "' branches to '" +
                         To->Name +
                         "', more than 32 MiB away; compile it in "
                         "smaller parts, with --part-size=N"};
    write32le(Section->Memory + Each.Offset,
              (Each.Instruction & ~DistanceMask) |
                  (static_cast<uint32_t>(Distance) & DistanceMask));
  }
  return {};
}

} // namespace remoterun::jit

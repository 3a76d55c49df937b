//===- ExceptionIndex.cpp - ARM's tables for exceptions -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/ExceptionIndex.h"
#include "jit/base/ElfView.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace llvm;
using namespace llvm::object;
using support::endian::read32le;
using support::endian::write32le;

namespace remoterun::jit {

namespace {

constexpr uint64_t PointerSize = 4;
constexpr uint64_t EntrySize = 8;
/// In the place of an entry's second word: nothing can be unwound there.
constexpr uint32_t CannotUnwind = 1;

bool isIndexSection(const WorkingSection &Section) {
  return StringRef(Section.Name).starts_with(".ARM.exidx") &&
         !Section.IsSynthetic;
}

uint64_t contentSize(const WorkingSection &Section) {
  return alignDown(Section.Allocated, EntrySize);
}

/// The address that the word at \p Place is the distance to.
uint32_t fromPrel31(uint32_t Word, uint64_t Place) {
  return static_cast<uint32_t>(Place) +
         static_cast<uint32_t>(SignExtend32<31>(Word));
}

uint32_t toPrel31(uint32_t Address, uint64_t Place) {
  return (Address - static_cast<uint32_t>(Place)) & 0x7fffffff;
}

/// An entry of the table, wherever it stands.
struct Entry {
  uint32_t Function;
  uint32_t Word;
  /// Word is the distance to more; it is an address here.
  bool IsAddress;
};

void readEntries(const WorkingSection &Section, std::vector<Entry> &Entries) {
  for (uint64_t At = 0; At + EntrySize <= contentSize(Section);
       At += EntrySize) {
    uint64_t Place = (Section.Target + At).value();
    uint32_t First = read32le(Section.Memory + At);
    uint32_t Second = read32le(Section.Memory + At + 4);
    // It tells of code, and not of its kind.
    constexpr uint32_t ThumbBit = 1;
    // What stands in the entry itself has the highest bit set.
    bool IsAddress = Second != CannotUnwind && !(Second & 0x80000000);
    Entries.push_back({fromPrel31(First, Place) & ~ThumbBit,
                       IsAddress ? fromPrel31(Second, Place + 4) : Second,
                       IsAddress});
  }
}

/// The end of the last code.
uint32_t endOfCode(const SectionMemory &Memory) {
  ExecutorAddr End;
  for (const WorkingSection &Section : Memory.sections())
    if (Section.Needs.Kind == SectionKind::Code)
      End = std::max(End, Section.Target + Section.Needs.Size);
  return static_cast<uint32_t>(End.value());
}

} // namespace

Error ExceptionIndex::findIn(size_t Number, ProgramObject &Object) {
  auto View = ElfView<ELF32LE>::create(Object.Bytes);
  if (!View)
    return View.takeError();
  for (const auto &Section : View->sections()) {
    if (Section.sh_type != ELF::SHT_RELA)
      continue;
    auto Relocations = View->relocationsOf(Section);
    if (!Relocations)
      return Relocations.takeError();
    for (auto &Relocation : *Relocations) {
      if (Relocation.getType(false) != ELF::R_ARM_TARGET2)
        continue;
      const auto &Symbol = View->symbols()[Relocation.getSymbol(false)];
      auto Name = View->nameOf(Symbol);
      if (!Name)
        return Name.takeError();
      Type Wanted;
      if (Symbol.getBinding() == ELF::STB_LOCAL) {
        Wanted.Section = {Number, Symbol.st_shndx};
        Wanted.Value =
            static_cast<uint32_t>(Symbol.st_value + Relocation.r_addend);
      } else {
        Wanted.Name = Name->str();
      }
      size_t Slot = Slots.try_emplace(Wanted, Slots.size()).first->second;
      References.push_back(
          {{Number, Section.sh_info}, Relocation.r_offset, Slot});
      Relocation.setType(ELF::R_ARM_NONE, false);
    }
  }
  return Error::success();
}

Expected<ExceptionIndex>
ExceptionIndex::find(std::vector<ProgramObject> &Objects) {
  ExceptionIndex Found;
  for (size_t Number = 0; Number != Objects.size(); ++Number)
    if (Error E = Found.findIn(Number, Objects[Number]))
      return fromLlvm(Blame::Input,
                      "cannot link object '" + Objects[Number].Name + "'",
                      std::move(E));
  return Found;
}

void ExceptionIndex::allocate(SectionMemory &Memory) {
  uint64_t TableSize = 0;
  for (const WorkingSection &Section : Memory.sections())
    if (isIndexSection(Section))
      TableSize += contentSize(Section);
  if (!Slots.empty())
    SlotSection = Memory.addSynthetic(
        ".got.types",
        {SectionKind::ReadOnly, Slots.size() * PointerSize, PointerSize});
  // One entry more ends the last function.
  if (TableSize != 0)
    TableSection =
        Memory.addSynthetic(".ARM.exidx", {SectionKind::ReadOnly,
                                           TableSize + EntrySize, PointerSize});
}

void ExceptionIndex::complete(SectionMemory &Memory,
                              const SymbolAddresses &Addresses,
                              function_ref<ExecutorAddr(StringRef)> AddressOf) {
  for (const auto &[Wanted, Slot] : Slots) {
    ExecutorAddr Address;
    if (!Wanted.Name.empty()) {
      Address = AddressOf(Wanted.Name);
      if (Address.isNull())
        Address = Addresses.lookup(Wanted.Name);
    } else if (const WorkingSection *Section = Memory.find(Wanted.Section)) {
      Address = Section->Target + Wanted.Value;
    }
    write32le(Memory.sections()[SlotSection].Memory + Slot * PointerSize,
              static_cast<uint32_t>(Address.value()));
  }
  for (const Reference &Each : References) {
    const WorkingSection *Section = Memory.find(Each.Section);
    if (!Section)
      continue;
    ExecutorAddr Slot =
        Memory.sections()[SlotSection].Target + Each.Slot * PointerSize;
    uint64_t Distance = Slot.value() - (Section->Target + Each.Offset).value();
    write32le(Section->Memory + Each.Offset, static_cast<uint32_t>(Distance));
  }
  if (!TableSection)
    return;
  std::vector<Entry> Entries;
  for (const WorkingSection &Section : Memory.sections())
    if (isIndexSection(Section))
      readEntries(Section, Entries);
  sort(Entries,
       [](const Entry &A, const Entry &B) { return A.Function < B.Function; });
  Entries.push_back({endOfCode(Memory), CannotUnwind, false});
  const WorkingSection &Table = Memory.sections()[*TableSection];
  uint64_t At = 0;
  for (const Entry &Each : Entries) {
    uint64_t Place = (Table.Target + At).value();
    write32le(Table.Memory + At, toPrel31(Each.Function, Place));
    write32le(Table.Memory + At + 4,
              Each.IsAddress ? toPrel31(Each.Word, Place + 4) : Each.Word);
    At += EntrySize;
  }
}

std::optional<ExecutorRange>
ExceptionIndex::table(const SectionMemory &Memory) const {
  if (!TableSection)
    return std::nullopt;
  const WorkingSection &Table = Memory.sections()[*TableSection];
  return ExecutorRange{Table.Target, Table.Needs.Size};
}

} // namespace remoterun::jit

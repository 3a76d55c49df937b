//===- ProgramSymbols.cpp - Who defines and who needs what ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ProgramSymbols.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/RawObject.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

using Strength = ProgramSymbols::Definition::Strength;

namespace {

/// Defined by the linker itself: RuntimeDyld and ThreadLocals do so.
bool isLinkerDefined(StringRef Name) {
  return Name == "_GLOBAL_OFFSET_TABLE_" || Name == "_TLS_MODULE_BASE_" ||
         Name == ".TOC.";
}

} // namespace

void ProgramSymbols::define(StringRef Name, Definition New) {
  auto [Known, IsNew] = Defined.try_emplace(Name, New);
  if (IsNew)
    return;
  Definition &Old = Known->second;
  if (Old.How == Strength::Strong && New.How == Strength::Strong)
    Duplicates.add(Name, fileOf(Name, Old.Object), fileOf(Name, New.Object));
  if (New.How == Strength::Common && Old.How == Strength::Common)
    New.CommonAlignment = Old.CommonAlignment =
        std::max(New.CommonAlignment, Old.CommonAlignment);
  if (New.How > Old.How ||
      (New.How == Strength::Common && Old.How == Strength::Common &&
       New.CommonSize > Old.CommonSize))
    Old = New;
}

std::string ProgramSymbols::fileOf(StringRef Name, size_t Object) const {
  return FileOfIR && IsCompiledIR[Object] ? FileOfIR(Name)
                                          : ObjectNames[Object];
}

namespace {

/// The symbols of an object, without a look at its headers for each of them.
template <typename ELFT> struct SymbolTable {
  ArrayRef<typename ELFT::Sym> Symbols;
  StringRef Names;
  ArrayRef<typename ELFT::Word>
      ExtendedIndices; ///< Where st_shndx is too small.
};

template <typename ELFT>
llvm::Expected<SymbolTable<ELFT>> symbolTable(const ProgramObject &Object) {
  auto Raw = parseRawAs<ELFT>(Object.Bytes);
  if (!Raw)
    return Raw.takeError();
  const auto &[File, Sections] = *Raw;
  SymbolTable<ELFT> Table;
  for (const auto &Section : Sections) {
    if (Section.sh_type == ELF::SHT_SYMTAB_SHNDX) {
      auto Indices = File.getSHNDXTable(Section, Sections);
      if (!Indices)
        return Indices.takeError();
      Table.ExtendedIndices = *Indices;
    }
    if (Section.sh_type != ELF::SHT_SYMTAB)
      continue;
    auto Symbols = File.symbols(&Section);
    if (!Symbols)
      return Symbols.takeError();
    auto Names = File.getStringTableForSymtab(Section, Sections);
    if (!Names)
      return Names.takeError();
    Table.Symbols = *Symbols;
    Table.Names = *Names;
  }
  return Table;
}

} // namespace

namespace {

/// What \p Symbol defines, in \p Section.
template <typename SymT>
ProgramSymbols::Definition definitionOf(const SymT &Symbol, uint64_t Section) {
  ProgramSymbols::Definition New;
  bool IsWeak = Symbol.getBinding() == ELF::STB_WEAK;
  if (Symbol.isCommon()) {
    New.How = Strength::Common;
    New.CommonSize = Symbol.st_size;
    New.CommonAlignment = Symbol.st_value;
  } else {
    New.How = IsWeak ? Strength::Weak : Strength::Strong;
    New.Section = Section;
    New.Value = Symbol.st_value;
  }
  New.IsIfunc = Symbol.getType() == ELF::STT_GNU_IFUNC;
  New.IsExported = Symbol.getVisibility() == ELF::STV_DEFAULT &&
                   (Symbol.getType() == ELF::STT_FUNC ||
                    (Symbol.getType() == ELF::STT_OBJECT && !IsWeak));
  return New;
}

} // namespace

Expected<void> ProgramSymbols::add(const ProgramObject &Object) {
  ObjectNames.push_back(Object.Name);
  IsCompiledIR.push_back(Object.IsCompiledIR);
  return withElfType(Object.Bytes,
                     [&]<typename ELFT>() { return addSymbols<ELFT>(Object); });
}

void ProgramSymbols::skip() {
  ObjectNames.emplace_back();
  IsCompiledIR.push_back(false);
}

template <typename ELFT>
Expected<void> ProgramSymbols::addSymbols(const ProgramObject &Object) {
  const std::string What = "cannot read the symbols of '" + Object.Name + "'";
  auto Table = symbolTable<ELFT>(Object);
  if (!Table)
    return fromLlvm(Blame::Input, What, Table.takeError());
  for (const auto &Symbol : Table->Symbols) {
    if (Symbol.getBinding() == ELF::STB_LOCAL)
      continue;
    auto Name = Symbol.getName(Table->Names);
    if (!Name)
      return fromLlvm(Blame::Input, What, Name.takeError());
    if (Symbol.isUndefined()) {
      if (isLinkerDefined(*Name))
        continue;
      auto [Reference, IsNew] = References.try_emplace(*Name);
      if (IsNew)
        ReferenceOrder.push_back(Reference->first());
      Reference->second.IsWeak &= Symbol.getBinding() == ELF::STB_WEAK;
      continue;
    }
    uint64_t Section = Symbol.isReserved() ? 0 : uint64_t(Symbol.st_shndx);
    size_t Number = &Symbol - Table->Symbols.data();
    if (Symbol.st_shndx == ELF::SHN_XINDEX &&
        Number < Table->ExtendedIndices.size())
      Section = Table->ExtendedIndices[Number];
    Definition New = definitionOf(Symbol, Section);
    New.Object = ObjectNames.size() - 1;
    define(*Name, New);
  }
  return {};
}

void ProgramSymbols::require(const std::string &Name) {
  auto [Reference, IsNew] = References.try_emplace(Name);
  if (IsNew)
    ReferenceOrder.push_back(Reference->first());
  Reference->second.IsWeak = false;
}

const ProgramSymbols::Definition *ProgramSymbols::find(StringRef Name) const {
  auto Found = Defined.find(Name);
  return Found == Defined.end() ? nullptr : &Found->second;
}

bool ProgramSymbols::isDefinedStrongly(StringRef Name) const {
  const Definition *Found = find(Name);
  return Found && Found->How == Strength::Strong;
}

bool ProgramSymbols::isDefinedAsCommon(StringRef Name) const {
  const Definition *Found = find(Name);
  return Found && Found->How == Strength::Common;
}

bool ProgramSymbols::isWanted(StringRef Name) const {
  auto Reference = References.find(Name);
  return Reference != References.end() && !Reference->second.IsWeak &&
         !Defined.contains(Name);
}

void ProgramSymbols::forEach(
    function_ref<void(StringRef, const Definition &)> Visit) const {
  for (const auto &Entry : Defined)
    Visit(Entry.first(), Entry.second);
}

std::vector<std::pair<std::string, ProgramSymbols::Undefined>>
ProgramSymbols::undefined() const {
  std::vector<std::pair<std::string, Undefined>> Result;
  for (StringRef Name : ReferenceOrder)
    if (!Defined.contains(Name))
      Result.emplace_back(Name.str(), References.lookup(Name));
  return Result;
}

} // namespace remoterun::jit

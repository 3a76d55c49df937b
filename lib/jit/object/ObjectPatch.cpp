//===- ObjectPatch.cpp - What RuntimeDyld would get wrong -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/ObjectPatch.h"
#include "jit/object/RawObject.h"

#include "llvm/ADT/BitVector.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Zero sections up to this size are cheaper to keep as they are.
constexpr uint64_t LargeZeroSection = 64 * 1024;
constexpr uint64_t ShrunkSize = 16;

template <typename SymT> bool isDefinedLocal(const SymT &Symbol) {
  if (Symbol.getBinding() != ELF::STB_LOCAL || Symbol.st_name == 0)
    return false;
  if (Symbol.st_shndx == ELF::SHN_UNDEF ||
      Symbol.st_shndx >= ELF::SHN_LORESERVE)
    return false;
  switch (Symbol.getType()) {
  case ELF::STT_NOTYPE:
  case ELF::STT_OBJECT:
  case ELF::STT_FUNC:
    return true;
  default: // Sections, files, TLS and ifuncs.
    return false;
  }
}

/// Calls \p Visit for every relocation of the symbol table \p SymbolTable.
template <typename ELFT>
Error forEachRelocation(const BasicRawObject<ELFT> &Raw,
                        const typename ELFT::Shdr &SymbolTable,
                        function_ref<void(typename ELFT::Rela &)> Visit) {
  for (const auto &Section : Raw.Sections) {
    if (Section.sh_type != ELF::SHT_RELA ||
        Section.sh_link != &SymbolTable - Raw.Sections.data())
      continue;
    auto Relocations = Raw.File.relas(Section);
    if (!Relocations)
      return Relocations.takeError();
    for (const auto &Relocation : *Relocations)
      Visit(writable(Relocation));
  }
  return Error::success();
}

template <typename ELFT>
Error hideLocalsOf(const BasicRawObject<ELFT> &Raw,
                   const typename ELFT::Shdr &SymbolTable, const Isa &Target) {
  auto Symbols = Raw.File.symbols(&SymbolTable);
  if (!Symbols)
    return Symbols.takeError();
  BitVector IsHidden(Symbols->size());
  for (size_t I = 0; I != Symbols->size(); ++I) {
    auto &Symbol = writable((*Symbols)[I]);
    // Without addends in relocations there is no place for the value.
    IsHidden[I] = ELFT::Is64Bits && isDefinedLocal(Symbol);
    if (Symbol.getBinding() == ELF::STB_GNU_UNIQUE)
      Symbol.setBinding(ELF::STB_WEAK);
  }
  auto Unhide = [&](typename ELFT::Rela &Relocation) {
    uint32_t Index = Relocation.getSymbol(/*isMips64EL=*/false);
    if (Target.CallByStub && Index < IsHidden.size() && IsHidden[Index] &&
        Relocation.getType(false) == Target.CallByStub)
      Relocation.setType(Target.DirectCall, false);
    if (Index < IsHidden.size() &&
        Target.Rule(Relocation.getType(false)).NeedsSymbol)
      IsHidden.reset(Index);
  };
  if (Error E = forEachRelocation<ELFT>(Raw, SymbolTable, Unhide))
    return E;
  auto Fold = [&](typename ELFT::Rela &Relocation) {
    uint32_t Index = Relocation.getSymbol(/*isMips64EL=*/false);
    if (Index < IsHidden.size() && IsHidden[Index])
      Relocation.r_addend = Relocation.r_addend + (*Symbols)[Index].st_value;
  };
  if (Error E = forEachRelocation<ELFT>(Raw, SymbolTable, Fold))
    return E;
  for (unsigned Index : IsHidden.set_bits()) {
    auto &Symbol = writable((*Symbols)[Index]);
    Symbol.st_name = 0;
    Symbol.st_value = 0;
    Symbol.setType(ELF::STT_SECTION);
  }
  return Error::success();
}

} // namespace

Error hideLocalSymbols(MutableArrayRef<char> Object, const Isa &Target) {
  return withElfType(Object, [&]<typename ELFT>() -> Error {
    auto Parsed = parseRawAs<ELFT>(Object);
    if (!Parsed)
      return Parsed.takeError();
    for (const auto &Section : Parsed->Sections)
      if (Section.sh_type == ELF::SHT_SYMTAB)
        if (Error E = hideLocalsOf<ELFT>(*Parsed, Section, Target))
          return E;
    return Error::success();
  });
}

Error renameLocalSymbols(StringRef Object, SmallVectorImpl<char> &Renamed) {
  constexpr StringLiteral Suffix = ".local";
  Renamed.assign(Object.begin(), Object.end());
  auto Parsed = parseRawAs<ELF32LE>(Renamed);
  if (!Parsed)
    return Parsed.takeError();
  std::string Strings;
  for (const auto &Section : Parsed->Sections) {
    if (Section.sh_type != ELF::SHT_SYMTAB)
      continue;
    auto Symbols = Parsed->File.symbols(&Section);
    if (!Symbols)
      return Symbols.takeError();
    auto Names = Parsed->File.getStringTableForSymtab(Section);
    if (!Names)
      return Names.takeError();
    Strings = Names->str();
    for (const auto &Symbol : *Symbols) {
      auto Name = Symbol.getName(*Names);
      if (!Name)
        return Name.takeError();
      // Assemblers' own labels are no names of C's.
      if (!isDefinedLocal(Symbol) || Name->starts_with("$") ||
          Name->starts_with("."))
        continue;
      writable(Symbol).st_name = static_cast<uint32_t>(Strings.size());
      Strings.append(Name->data(), Name->size());
      Strings.append(Suffix.data(), Suffix.size() + 1);
    }
    auto &Table = writable(Parsed->Sections[Section.sh_link]);
    Table.sh_offset = static_cast<uint32_t>(Renamed.size());
    Table.sh_size = static_cast<uint32_t>(Strings.size());
  }
  Renamed.append(Strings.begin(), Strings.end());
  return Error::success();
}

namespace {

/// Calls \p Visit for every symbol that is global and defined.
template <typename ELFT, typename Visitor>
Error forEachDefinition(MutableArrayRef<char> Object, Visitor Visit) {
  auto Parsed = parseRawAs<ELFT>(Object);
  if (!Parsed)
    return Parsed.takeError();
  const auto &[File, Sections] = *Parsed;
  for (const auto &Section : Sections) {
    if (Section.sh_type != ELF::SHT_SYMTAB)
      continue;
    auto Symbols = File.symbols(&Section);
    if (!Symbols)
      return Symbols.takeError();
    auto Names = File.getStringTableForSymtab(Section);
    if (!Names)
      return Names.takeError();
    for (const auto &Entry : *Symbols) {
      if (Entry.getBinding() == ELF::STB_LOCAL ||
          Entry.st_shndx == ELF::SHN_UNDEF)
        continue;
      auto Name = Entry.getName(*Names);
      if (!Name)
        return Name.takeError();
      Visit(writable(Entry), *Name);
    }
  }
  return Error::success();
}

} // namespace

Error alignCommonSymbols(MutableArrayRef<char> Object,
                         function_ref<uint64_t(StringRef)> AlignmentOf) {
  auto Align = [&](auto &Symbol, StringRef Name) {
    // The value of a common symbol is its alignment (ELF gABI, "Symbol Table").
    if (Symbol.st_shndx == ELF::SHN_COMMON)
      if (uint64_t Alignment = AlignmentOf(Name))
        Symbol.st_value = Alignment;
  };
  return withElfType(Object, [&]<typename ELFT>() {
    return forEachDefinition<ELFT>(Object, Align);
  });
}

Error resignDefinitions(MutableArrayRef<char> Object,
                        function_ref<bool(StringRef)> Resign) {
  auto Change = [&](auto &Symbol, StringRef Name) {
    if (!Resign(Name))
      return;
    Symbol.st_shndx = ELF::SHN_UNDEF;
    Symbol.st_value = 0;
    Symbol.st_size = 0;
    Symbol.setBindingAndType(ELF::STB_GLOBAL, ELF::STT_NOTYPE);
  };
  return withElfType(Object, [&]<typename ELFT>() {
    return forEachDefinition<ELFT>(Object, Change);
  });
}

namespace {

template <typename ELFT>
Error shrinkZeroSectionsAs(MutableArrayRef<char> Object,
                           DenseMap<uint64_t, uint64_t> &TrueSizes) {
  auto Parsed = parseRawAs<ELFT>(Object);
  if (!Parsed)
    return Parsed.takeError();
  const auto &[File, Sections] = *Parsed;
  for (size_t Index = 0; Index != Sections.size(); ++Index) {
    auto &Section = writable(Sections[Index]);
    if (Section.sh_type != ELF::SHT_NOBITS ||
        (Section.sh_flags & ELF::SHF_TLS) || Section.sh_size < LargeZeroSection)
      continue;
    TrueSizes[Index] = Section.sh_size;
    Section.sh_size = ShrunkSize;
  }
  return Error::success();
}

} // namespace

Error shrinkZeroSections(MutableArrayRef<char> Object,
                         DenseMap<uint64_t, uint64_t> &TrueSizes) {
  return withElfType(Object, [&]<typename ELFT>() {
    return shrinkZeroSectionsAs<ELFT>(Object, TrueSizes);
  });
}

} // namespace remoterun::jit

//===- ObjectPatch.cpp - What RuntimeDyld would get wrong -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ObjectPatch.h"
#include "jit/RawObject.h"

#include "llvm/ADT/BitVector.h"

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Zero sections up to this size are cheaper to keep as they are.
constexpr uint64_t LargeZeroSection = 64 * 1024;
constexpr uint64_t ShrunkSize = 16;

/// The addend of these selects a place in the GOT entry, not in the symbol, so
/// the symbol's value cannot move into it.
bool goesThroughGot(uint32_t Type) {
  switch (Type) {
  case ELF::R_X86_64_GOT32:
  case ELF::R_X86_64_GOTPCREL:
  case ELF::R_X86_64_GOTPCRELX:
  case ELF::R_X86_64_REX_GOTPCRELX:
  case ELF::R_X86_64_GOT64:
  case ELF::R_X86_64_GOTPCREL64:
  case ELF::R_X86_64_GOTPLT64:
  case ELF::R_X86_64_GOTTPOFF:
  case ELF::R_X86_64_TLSGD:
  case ELF::R_X86_64_TLSLD:
    return true;
  default:
    return false;
  }
}

bool isDefinedLocal(const Sym &Symbol) {
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
Error forEachRelocation(const Elf &File, ArrayRef<Shdr> Sections,
                        const Shdr &SymbolTable,
                        function_ref<void(Rela &)> Visit) {
  for (const Shdr &Section : Sections) {
    if (Section.sh_type != ELF::SHT_RELA ||
        Section.sh_link != &SymbolTable - Sections.data())
      continue;
    auto Relocations = File.relas(Section);
    if (!Relocations)
      return Relocations.takeError();
    for (const Rela &Relocation : *Relocations)
      Visit(writable(Relocation));
  }
  return Error::success();
}

Error remember(const Elf &File, const Shdr &SymbolTable, const Sym &Symbol,
               std::vector<LocalSymbol> &Hidden) {
  auto Names = File.getStringTableForSymtab(SymbolTable);
  if (!Names)
    return Names.takeError();
  auto Name = Symbol.getName(*Names);
  if (!Name)
    return Name.takeError();
  Hidden.push_back({*Name, Symbol.getType() != ELF::STT_OBJECT, Symbol.st_shndx,
                    Symbol.st_value, Symbol.st_size});
  return Error::success();
}

Error hideLocalsOf(const Elf &File, ArrayRef<Shdr> Sections,
                   const Shdr &SymbolTable, std::vector<LocalSymbol> *Hidden) {
  auto Symbols = File.symbols(&SymbolTable);
  if (!Symbols)
    return Symbols.takeError();
  BitVector IsHidden(Symbols->size());
  for (size_t I = 0; I != Symbols->size(); ++I) {
    Sym &Symbol = writable((*Symbols)[I]);
    IsHidden[I] = isDefinedLocal(Symbol);
    if (Symbol.getBinding() == ELF::STB_GNU_UNIQUE)
      Symbol.setBinding(ELF::STB_WEAK);
  }
  auto Unhide = [&](Rela &Relocation) {
    uint32_t Index = Relocation.getSymbol(/*isMips64EL=*/false);
    if (Index < IsHidden.size() && goesThroughGot(Relocation.getType(false)))
      IsHidden.reset(Index);
  };
  if (Error E = forEachRelocation(File, Sections, SymbolTable, Unhide))
    return E;
  auto Fold = [&](Rela &Relocation) {
    uint32_t Index = Relocation.getSymbol(/*isMips64EL=*/false);
    if (Index < IsHidden.size() && IsHidden[Index])
      Relocation.r_addend = Relocation.r_addend + (*Symbols)[Index].st_value;
  };
  if (Error E = forEachRelocation(File, Sections, SymbolTable, Fold))
    return E;
  for (unsigned Index : IsHidden.set_bits()) {
    Sym &Symbol = writable((*Symbols)[Index]);
    if (Hidden)
      if (Error E = remember(File, SymbolTable, Symbol, *Hidden))
        return E;
    Symbol.st_name = 0;
    Symbol.st_value = 0;
    Symbol.setType(ELF::STT_SECTION);
  }
  return Error::success();
}

} // namespace

Error hideLocalSymbols(MutableArrayRef<char> Object,
                       std::vector<LocalSymbol> *Hidden) {
  auto Parsed = parseRaw(Object);
  if (!Parsed)
    return Parsed.takeError();
  const auto &[File, Sections] = *Parsed;
  for (const Shdr &Section : Sections)
    if (Section.sh_type == ELF::SHT_SYMTAB)
      if (Error E = hideLocalsOf(File, Sections, Section, Hidden))
        return E;
  return Error::success();
}

namespace {

/// Calls \p Visit for every symbol that is global and defined.
Error forEachDefinition(MutableArrayRef<char> Object,
                        function_ref<void(Sym &, StringRef)> Visit) {
  auto Parsed = parseRaw(Object);
  if (!Parsed)
    return Parsed.takeError();
  const auto &[File, Sections] = *Parsed;
  for (const Shdr &Section : Sections) {
    if (Section.sh_type != ELF::SHT_SYMTAB)
      continue;
    auto Symbols = File.symbols(&Section);
    if (!Symbols)
      return Symbols.takeError();
    auto Names = File.getStringTableForSymtab(Section);
    if (!Names)
      return Names.takeError();
    for (const Sym &Entry : *Symbols) {
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
  return forEachDefinition(Object, [&](Sym &Symbol, StringRef Name) {
    // The value of a common symbol is its alignment (ELF gABI, "Symbol Table").
    if (Symbol.st_shndx == ELF::SHN_COMMON)
      if (uint64_t Alignment = AlignmentOf(Name))
        Symbol.st_value = Alignment;
  });
}

Error resignDefinitions(MutableArrayRef<char> Object,
                        function_ref<bool(StringRef)> Resign) {
  return forEachDefinition(Object, [&](Sym &Symbol, StringRef Name) {
    if (!Resign(Name))
      return;
    Symbol.st_shndx = ELF::SHN_UNDEF;
    Symbol.st_value = 0;
    Symbol.st_size = 0;
    Symbol.setBindingAndType(ELF::STB_GLOBAL, ELF::STT_NOTYPE);
  });
}

Error shrinkZeroSections(MutableArrayRef<char> Object,
                         DenseMap<uint64_t, uint64_t> &TrueSizes) {
  auto Parsed = parseRaw(Object);
  if (!Parsed)
    return Parsed.takeError();
  const auto &[File, Sections] = *Parsed;
  for (size_t Index = 0; Index != Sections.size(); ++Index) {
    Shdr &Section = writable(Sections[Index]);
    if (Section.sh_type != ELF::SHT_NOBITS ||
        (Section.sh_flags & ELF::SHF_TLS) || Section.sh_size < LargeZeroSection)
      continue;
    TrueSizes[Index] = Section.sh_size;
    Section.sh_size = ShrunkSize;
  }
  return Error::success();
}

} // namespace remoterun::jit

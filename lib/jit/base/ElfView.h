//===- ElfView.h - The tables of an ELF object ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a linker asks an object for: its sections, symbols and relocations, of
// either class and byte order, without what makes each of them special to read.
// LLVM's iterators look at the file's header for each symbol.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_ELFVIEW_H
#define REMOTERUN_JIT_BASE_ELFVIEW_H

#include "llvm/Object/ELF.h"

namespace remoterun::jit {

// The structures of x86-64 and most others.
using Shdr = llvm::object::ELF64LE::Shdr;
using Sym = llvm::object::ELF64LE::Sym;
using Rela = llvm::object::ELF64LE::Rela;

/// Calls \p Visit, a template of a function without arguments, with the type
/// of ELF that \p Object is of. All instantiations return the same type.
template <typename Visitor>
auto withElfType(llvm::ArrayRef<char> Object, Visitor &&Visit) {
  namespace elf = llvm::ELF;
  auto IdentAt = [Object](size_t Index) {
    return Index < Object.size() ? Object[Index] : 0;
  };
  if (IdentAt(elf::EI_CLASS) == elf::ELFCLASS32)
    return Visit.template operator()<llvm::object::ELF32LE>();
  if (IdentAt(elf::EI_DATA) == elf::ELFDATA2MSB)
    return Visit.template operator()<llvm::object::ELF64BE>();
  return Visit.template operator()<llvm::object::ELF64LE>();
}

/// A view's structures are const; where the bytes behind them are ours, we may
/// change them.
template <typename T> T &writable(const T &Entry) {
  return const_cast<T &>(Entry);
}

/// A relocation of any table. In a table without addends (SHT_REL) they are in
/// the place that is relocated, and 0 here.
struct RelocationView {
  uint64_t Offset = 0;
  uint32_t Type = 0;
  uint32_t Symbol = 0;
  int64_t Addend = 0;
  bool IsAddendInPlace = false;
};

/// A view of bytes that must outlive it.
template <typename ELFT> class ElfView {
public:
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;

  /// Fails for what is no ELF object of this type, and for tables that are
  /// not inside of it.
  static llvm::Expected<ElfView> create(llvm::ArrayRef<char> Object);

  const typename ELFT::Ehdr &header() const { return File.getHeader(); }
  llvm::ArrayRef<Shdr> sections() const { return Sections; }
  llvm::Expected<llvm::StringRef> nameOf(const Shdr &Section) const {
    return File.getSectionName(Section, SectionNames);
  }
  /// Whether nameOf() would have one: that has to find its end.
  bool hasName(const Shdr &Section) const {
    return Section.sh_name < SectionNames.size();
  }
  bool hasName(const Sym &Symbol) const {
    return Symbol.st_name < SymbolNames.size();
  }
  /// Empty for SHT_NOBITS.
  llvm::Expected<llvm::ArrayRef<uint8_t>>
  contentsOf(const Shdr &Section) const {
    return File.getSectionContents(Section);
  }

  /// Of the symbol table, of which an object has at most one (gABI,
  /// "Sections").
  llvm::ArrayRef<Sym> symbols() const { return Symbols; }
  llvm::Expected<llvm::StringRef> nameOf(const Sym &Symbol) const {
    return Symbol.getName(SymbolNames);
  }
  /// The index of the section that defines \p Symbol; 0 where none does, as for
  /// an undefined, absolute or common one.
  uint32_t sectionOf(const Sym &Symbol) const {
    size_t Number = static_cast<size_t>(&Symbol - Symbols.data());
    if (Symbol.st_shndx == llvm::ELF::SHN_XINDEX)
      return Number < ExtendedIndices.size() ? uint32_t(ExtendedIndices[Number])
                                             : 0;
    return Symbol.isReserved() ? 0 : uint32_t(Symbol.st_shndx);
  }

  /// The value of \p Symbol as a place: on Arm, the lowest bit of a function's
  /// says of which kind its code is (ELF for the Arm Architecture, "Symbol
  /// Values").
  uint64_t placeOf(const Sym &Symbol) const {
    bool HasKind = header().e_machine == llvm::ELF::EM_ARM &&
                   (Symbol.getType() == llvm::ELF::STT_FUNC ||
                    Symbol.getType() == llvm::ELF::STT_GNU_IFUNC);
    return Symbol.st_value & ~uint64_t(HasKind);
  }

  /// Any symbol table, as the dynamic one of a shared library.
  struct SymbolTable {
    llvm::ArrayRef<Sym> Symbols;
    llvm::StringRef Names; ///< Ends with a zero.
  };
  llvm::Expected<SymbolTable> symbolTableOf(const Shdr &Section) const;

  /// The contents of \p Section, which are of one type.
  template <typename T>
  llvm::Expected<llvm::ArrayRef<T>> arrayOf(const Shdr &Section) const {
    return File.template getSectionContentsAsArray<T>(Section);
  }

  static bool isRelocations(const Shdr &Section) {
    return Section.sh_type == llvm::ELF::SHT_RELA ||
           Section.sh_type == llvm::ELF::SHT_REL;
  }
  /// Calls \p Visit for each relocation of \p Table, in its order; none of them
  /// has a symbol that does not exist.
  template <typename Visitor>
  llvm::Error forEachRelocation(const Shdr &Table, Visitor Visit) const;

  /// The relocations of \p Table (SHT_RELA) as they are in the object, for who
  /// changes them there.
  llvm::Expected<llvm::MutableArrayRef<typename ELFT::Rela>>
  relocationsOf(const Shdr &Table) const {
    auto Entries = File.relas(Table);
    if (!Entries)
      return Entries.takeError();
    return llvm::MutableArrayRef<typename ELFT::Rela>(
        const_cast<typename ELFT::Rela *>(Entries->data()), Entries->size());
  }

  /// A section group (gABI, "Section Groups").
  struct Group {
    llvm::StringRef Signature;
    bool IsComdat = false;
    llvm::SmallVector<uint32_t, 4> Members;
  };
  llvm::Expected<Group> groupOf(const Shdr &Section) const;

private:
  using Elf = llvm::object::ELFFile<ELFT>;
  ElfView(const Elf &File, llvm::ArrayRef<Shdr> Sections)
      : File(File), Sections(Sections) {}

  Elf File;
  llvm::ArrayRef<Shdr> Sections;
  llvm::StringRef SectionNames;
  llvm::ArrayRef<Sym> Symbols;
  llvm::StringRef SymbolNames;
  /// Where st_shndx is too small (SHT_SYMTAB_SHNDX).
  llvm::ArrayRef<typename ELFT::Word> ExtendedIndices;
};

template <typename ELFT>
llvm::Expected<ElfView<ELFT>>
ElfView<ELFT>::create(llvm::ArrayRef<char> Object) {
  auto File = Elf::create(llvm::StringRef(Object.data(), Object.size()));
  if (!File)
    return File.takeError();
  auto Headers = File->sections();
  if (!Headers)
    return Headers.takeError();
  ElfView View(*File, *Headers);
  auto Names = View.File.getSectionStringTable(View.Sections);
  if (!Names)
    return Names.takeError();
  View.SectionNames = *Names;
  for (const Shdr &Section : View.Sections) {
    if (Section.sh_type == llvm::ELF::SHT_SYMTAB_SHNDX) {
      auto Indices = View.File.getSHNDXTable(Section, View.Sections);
      if (!Indices)
        return Indices.takeError();
      View.ExtendedIndices = *Indices;
    }
    if (Section.sh_type != llvm::ELF::SHT_SYMTAB)
      continue;
    auto Table = View.symbolTableOf(Section);
    if (!Table)
      return Table.takeError();
    View.Symbols = Table->Symbols;
    View.SymbolNames = Table->Names;
  }
  return View;
}

template <typename ELFT>
llvm::Expected<typename ElfView<ELFT>::SymbolTable>
ElfView<ELFT>::symbolTableOf(const Shdr &Section) const {
  auto Entries = File.symbols(&Section);
  if (!Entries)
    return Entries.takeError();
  auto Strings = File.getStringTableForSymtab(Section, Sections);
  if (!Strings)
    return Strings.takeError();
  return SymbolTable{*Entries, *Strings};
}

template <typename ELFT>
template <typename Visitor>
llvm::Error ElfView<ELFT>::forEachRelocation(const Shdr &Table,
                                             Visitor Visit) const {
  auto Each = [&](const auto &Entry, int64_t Addend) -> llvm::Error {
    RelocationView Relocation;
    Relocation.Offset = Entry.r_offset;
    Relocation.Type = Entry.getType(/*isMips64EL=*/false);
    Relocation.Symbol = Entry.getSymbol(/*isMips64EL=*/false);
    Relocation.Addend = Addend;
    Relocation.IsAddendInPlace = Table.sh_type == llvm::ELF::SHT_REL;
    if (Relocation.Symbol != 0 && Relocation.Symbol >= Symbols.size())
      return llvm::createStringError(
          llvm::inconvertibleErrorCode(),
          "a relocation refers to a symbol that does not exist");
    return Visit(Relocation);
  };
  if (Table.sh_type == llvm::ELF::SHT_REL) {
    auto Entries = File.rels(Table);
    if (!Entries)
      return Entries.takeError();
    for (const auto &Entry : *Entries)
      if (llvm::Error E = Each(Entry, 0))
        return E;
    return llvm::Error::success();
  }
  auto Entries = File.relas(Table);
  if (!Entries)
    return Entries.takeError();
  for (const auto &Entry : *Entries)
    if (llvm::Error E = Each(Entry, Entry.r_addend))
      return E;
  return llvm::Error::success();
}

template <typename ELFT>
llvm::Expected<typename ElfView<ELFT>::Group>
ElfView<ELFT>::groupOf(const Shdr &Section) const {
  auto Broken = [] {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "a section group is malformed");
  };
  auto Words = arrayOf<typename ELFT::Word>(Section);
  if (!Words)
    return Words.takeError();
  if (Words->empty() || Section.sh_info >= Symbols.size())
    return Broken();
  Group Found;
  Found.IsComdat = (*Words)[0] & llvm::ELF::GRP_COMDAT;
  const Sym &Key = Symbols[Section.sh_info];
  auto Name = nameOf(Key);
  if (!Name)
    return Name.takeError();
  Found.Signature = *Name;
  // Assemblers may name a group after a section, by its symbol.
  if (Key.getType() == llvm::ELF::STT_SECTION) {
    if (sectionOf(Key) >= Sections.size())
      return Broken();
    auto OfSection = nameOf(Sections[sectionOf(Key)]);
    if (!OfSection)
      return OfSection.takeError();
    Found.Signature = *OfSection;
  }
  for (uint32_t Member : Words->drop_front()) {
    if (Member == 0 || Member >= Sections.size())
      return Broken();
    Found.Members.push_back(Member);
  }
  return Found;
}

} // namespace remoterun::jit

#endif

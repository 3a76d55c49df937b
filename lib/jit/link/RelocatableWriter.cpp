//===- RelocatableWriter.cpp - A relocatable object for RuntimeDyld -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/RelocatableWriter.h"
#include "jit/object/ElfHeaders.h"

#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Behind a character that no program's symbol starts with.
std::string anchorName(size_t Output) {
  return "\1section." + std::to_string(Output);
}

template <typename ELFT> class Writer {
public:
  explicit Writer(const RelocatableContents &Contents)
      : Contents(Contents), Outputs(Contents.Sections.outputs()) {}

  ObjectBytes write();

private:
  using Ehdr = typename ELFT::Ehdr;
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;
  using Rela = typename ELFT::Rela;

  Shdr &addHeader(StringRef Name, uint32_t Type, uint64_t Size,
                  uint64_t Alignment);
  void addSymbols();
  uint32_t symbolOf(JoinedReference To) const;
  void putOutput(size_t Number);
  void putRelocations(size_t Number, uint64_t Place);
  template <typename T> void put(uint64_t Place, ArrayRef<T> Entries) {
    if (!Entries.empty())
      std::memcpy(File.data() + Place, Entries.data(),
                  Entries.size() * sizeof(T));
  }

  const RelocatableContents &Contents;
  const std::vector<OutputSection> &Outputs;
  std::vector<Shdr> Headers;
  std::vector<Sym> Symbols;
  std::string SectionNames, SymbolNames;
  uint64_t End = sizeof(Ehdr);
  ObjectBytes File;
};

template <typename ELFT>
typename ELFT::Shdr &Writer<ELFT>::addHeader(StringRef Name, uint32_t Type,
                                             uint64_t Size,
                                             uint64_t Alignment) {
  Shdr Header;
  std::memset(&Header, 0, sizeof(Header));
  Header.sh_name = static_cast<uint32_t>(SectionNames.size());
  SectionNames += Name;
  SectionNames.push_back('\0');
  Header.sh_type = Type;
  Header.sh_addralign = Alignment;
  Header.sh_size = Size;
  if (Type != ELF::SHT_NOBITS && Type != ELF::SHT_NULL) {
    End = alignTo(End, Alignment);
    Header.sh_offset = End;
    End += Size;
  }
  Headers.push_back(Header);
  return Headers.back();
}

template <typename ELFT> void Writer<ELFT>::addSymbols() {
  SymbolNames.push_back('\0');
  auto Add = [&](StringRef Name, uint8_t Binding, uint8_t Type,
                 uint64_t Section) -> Sym & {
    Sym Symbol;
    std::memset(&Symbol, 0, sizeof(Symbol));
    if (!Name.empty()) {
      Symbol.st_name = static_cast<uint32_t>(SymbolNames.size());
      SymbolNames += Name;
      SymbolNames.push_back('\0');
    }
    Symbol.setBindingAndType(Binding, Type);
    Symbol.st_shndx = static_cast<uint16_t>(Section);
    Symbols.push_back(Symbol);
    return Symbols.back();
  };
  Symbols.reserve(2 * Outputs.size() + Contents.Definitions.size() +
                  Contents.Undefined.size() + 1);
  Add("", ELF::STB_LOCAL, ELF::STT_NOTYPE, ELF::SHN_UNDEF);
  for (size_t I = 0; I != Outputs.size(); ++I)
    Add("", ELF::STB_LOCAL, ELF::STT_SECTION, sectionOfOutput(I));
  for (size_t I = 0; I != Outputs.size(); ++I)
    Add(anchorName(I), ELF::STB_GLOBAL, ELF::STT_OBJECT, sectionOfOutput(I));
  for (const JoinedDefinition &Each : Contents.Definitions) {
    Sym &Symbol = Add(Each.Name, ELF::STB_GLOBAL, Each.Type,
                      sectionOfOutput(Each.Output));
    Symbol.st_value = static_cast<typename ELFT::uint>(Each.Offset);
    Symbol.st_size = static_cast<typename ELFT::uint>(Each.Size);
    Symbol.st_other = Each.Other;
  }
  for (StringRef Name : Contents.Undefined)
    Add(Name, ELF::STB_GLOBAL, ELF::STT_NOTYPE, ELF::SHN_UNDEF);
}

template <typename ELFT>
uint32_t Writer<ELFT>::symbolOf(JoinedReference To) const {
  uint32_t Count = static_cast<uint32_t>(Outputs.size());
  switch (To.What) {
  case JoinedReference::Kind::Nothing:
    return 0;
  case JoinedReference::Kind::Section:
    return 1 + To.Number;
  case JoinedReference::Kind::Definition:
    return 1 + 2 * Count + To.Number;
  case JoinedReference::Kind::Undefined:
    return 1 + 2 * Count + static_cast<uint32_t>(Contents.Definitions.size()) +
           To.Number;
  }
  return 0;
}

template <typename ELFT> void Writer<ELFT>::putOutput(size_t Number) {
  const OutputSection &Output = Outputs[Number];
  uint64_t Start = Headers[sectionOfOutput(Number)].sh_offset;
  for (size_t Input : Output.Inputs) {
    const InputSection &Section = Contents.Sections.inputs()[Input];
    // Zeroes are there.
    ArrayRef<uint8_t> Bytes =
        Section.Contents.take_front(static_cast<size_t>(Section.Size));
    if (!isReversedArray(Section.Name)) {
      put(Start + Section.Offset, Bytes);
      continue;
    }
    constexpr size_t Pointer = sizeof(typename ELFT::uint);
    for (size_t At = 0; At + Pointer <= Bytes.size(); At += Pointer)
      put(Start + Section.Offset + Bytes.size() - Pointer - At,
          Bytes.slice(At, Pointer));
  }
}

template <typename ELFT>
void Writer<ELFT>::putRelocations(size_t Number, uint64_t Place) {
  const std::vector<JoinedRelocation> &Its = Contents.Relocations[Number];
  for (size_t I = 0; I != Its.size(); ++I) {
    Rela Entry;
    Entry.r_offset = static_cast<typename ELFT::uint>(Its[I].Offset);
    Entry.setSymbolAndType(symbolOf(Its[I].To), Its[I].Type,
                           /*IsMips64EL=*/false);
    Entry.r_addend =
        static_cast<std::make_signed_t<typename ELFT::uint>>(Its[I].Addend);
    std::memcpy(File.data() + Place + I * sizeof(Rela), &Entry, sizeof(Entry));
  }
}

template <typename ELFT> ObjectBytes Writer<ELFT>::write() {
  constexpr uint64_t Word = sizeof(typename ELFT::uint);
  addSymbols();
  addHeader("", ELF::SHT_NULL, 0, 0);
  for (const OutputSection &Output : Outputs)
    addHeader(Output.Name, Output.Type, loadedSizeOf(Output), Output.Alignment)
        .sh_flags = static_cast<typename ELFT::uint>(Output.Flags);
  size_t FirstTable = Headers.size();
  std::vector<size_t> Relocated;
  for (size_t I = 0; I != Outputs.size(); ++I)
    if (!Contents.Relocations[I].empty())
      Relocated.push_back(I);
  uint32_t SymbolTable = static_cast<uint32_t>(FirstTable + Relocated.size());
  for (size_t I : Relocated) {
    Shdr &Table =
        addHeader(".rela" + Outputs[I].Name, ELF::SHT_RELA,
                  Contents.Relocations[I].size() * sizeof(Rela), Word);
    Table.sh_entsize = sizeof(Rela);
    Table.sh_link = SymbolTable;
    Table.sh_info = static_cast<uint32_t>(sectionOfOutput(I));
  }
  Shdr &Table =
      addHeader(".symtab", ELF::SHT_SYMTAB, Symbols.size() * sizeof(Sym), Word);
  Table.sh_entsize = sizeof(Sym);
  Table.sh_link = SymbolTable + 1;
  Table.sh_info = static_cast<uint32_t>(Outputs.size() + 1);
  addHeader(".strtab", ELF::SHT_STRTAB, SymbolNames.size(), 1);
  // Which its own name is a part of.
  Shdr &Names = addHeader(".shstrtab", ELF::SHT_STRTAB, 0, 1);
  Names.sh_size = static_cast<typename ELFT::uint>(SectionNames.size());
  End += SectionNames.size();

  uint64_t HeadersAt = alignTo(End, Word);
  File.resize(HeadersAt + Headers.size() * sizeof(Shdr));
  auto Header = fileHeader<ELFT>(Contents.Machine);
  Header.e_type = ELF::ET_REL;
  Header.e_flags = Contents.Flags;
  Header.e_shentsize = sizeof(Shdr);
  Header.e_shnum = static_cast<uint16_t>(Headers.size());
  Header.e_shstrndx = static_cast<uint16_t>(Headers.size() - 1);
  Header.e_shoff = static_cast<typename ELFT::uint>(HeadersAt);
  put(0, ArrayRef(Header));
  for (size_t I = 0; I != Outputs.size(); ++I)
    if (Outputs[I].Type != ELF::SHT_NOBITS)
      putOutput(I);
  for (const JoinedPatch &Patch : Contents.Patches)
    put(Headers[sectionOfOutput(Patch.Output)].sh_offset + Patch.Offset,
        ArrayRef<uint8_t>(Patch.Bytes));
  for (size_t I = 0; I != Relocated.size(); ++I)
    putRelocations(Relocated[I], Headers[FirstTable + I].sh_offset);
  put(Headers[SymbolTable].sh_offset, ArrayRef<Sym>(Symbols));
  put(Headers[SymbolTable + 1].sh_offset,
      ArrayRef(SymbolNames.data(), SymbolNames.size()));
  put(Headers.back().sh_offset,
      ArrayRef(SectionNames.data(), SectionNames.size()));
  put(HeadersAt, ArrayRef<Shdr>(Headers));
  return std::move(File);
}

} // namespace

uint64_t loadedSizeOf(const OutputSection &Output) {
  constexpr uint64_t SizeOfLarge = 16;
  // Of thread-local ones the size is that of their block.
  bool IsLarge = Output.Type == ELF::SHT_NOBITS &&
                 !(Output.Flags & ELF::SHF_TLS) &&
                 Output.Size >= LargeZeroSection;
  return IsLarge ? SizeOfLarge : Output.Size;
}

template <typename ELFT>
ObjectBytes writeRelocatable(const RelocatableContents &Contents) {
  return Writer<ELFT>(Contents).write();
}

template ObjectBytes
writeRelocatable<ELF64LE>(const RelocatableContents &Contents);
template ObjectBytes
writeRelocatable<ELF64BE>(const RelocatableContents &Contents);
template ObjectBytes
writeRelocatable<ELF32LE>(const RelocatableContents &Contents);

} // namespace remoterun::jit

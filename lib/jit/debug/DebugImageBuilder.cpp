//===- DebugImageBuilder.cpp - Parts of a debug image ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/DebugImageBuilder.h"
#include "jit/base/SymbolNames.h"
#include "jit/codegen/LateSource.h"
#include "jit/debug/DebugSections.h"
#include "jit/object/ElfHeaders.h"

#include "llvm/Object/Decompressor.h"

#include <cstring>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

static constexpr StringLiteral UnwindSection = ".eh_frame";

/// Where debuggers step through what leads to a function, as linkers call it.
static constexpr StringLiteral EntrySection = ".plt";
/// And what they call that for the function NAME.
static constexpr StringLiteral EntrySuffix = "@plt";

/// A debugger expects no two images to have the same memory: where late code
/// will be is left out. The entries of late functions are a section.
template <typename ELFT> void DebugImageBuilder<ELFT>::findSegments() {
  if (Parts.HasLate)
    if (ExecutorAddr First = addressOf(LateCode::Entries); !First.isNull())
      Entries = Map.at(First)->Range;
  for (const wire::Reserve::Segment &Each : Map.segments()) {
    const bool IsCode = Each.Final == wire::Protection::ReadExecute;
    const ExecutorRange Whole = Each.Range;
    if (IsCode && Parts.HasLate && !Map.hasSectionIn(Whole))
      continue;
    if (Entries.Size == 0 || !Whole.contains(Entries)) {
      Segments.push_back({Each, ""});
      continue;
    }
    auto Add = [&](ExecutorAddr Start, ExecutorAddr End, StringRef Name) {
      if (Start == End)
        return;
      Segments.push_back({Each, Name});
      Segments.back().Memory.Range = {Start, End - Start};
    };
    const ExecutorAddr EndOfEntries = Entries.Start + Entries.Size;
    Add(Whole.Start, Entries.Start, "");
    Add(Entries.Start, EndOfEntries, EntrySection);
    Add(EndOfEntries, Whole.Start + Whole.Size, "");
  }
}

template <typename ELFT>
ExecutorAddr DebugImageBuilder<ELFT>::addressOf(StringRef Name) const {
  const jit::Symbol *Found = Parts.Symbols.find(Name);
  if (!Found)
    return {};
  if (Found->isCommon())
    return Map.addressOfCommon(Name);
  ExecutorAddr Section = Map.addressOf({Found->Object, Found->Section});
  return Section.isNull() ? Section : Section + Found->Value;
}

template <typename ELFT>
void DebugImageBuilder<ELFT>::readObject(size_t Number) {
  StringRef Bytes = Parts.Objects[Number].Bytes;
  auto Opened = View::create({Bytes.data(), Bytes.size()});
  if (!Opened) {
    consumeError(Opened.takeError());
    return;
  }
  const View &Its = Tables[Number].Object.emplace(*Opened);
  Flags = std::max<uint32_t>(Flags, Its.header().e_flags);
  DenseMap<uint64_t, size_t> Relocations;
  for (size_t Index = 0; Index != Its.sections().size(); ++Index)
    if (View::isRelocations(Its.sections()[Index]))
      Relocations[Its.sections()[Index].sh_info] = Index;
  for (size_t Index = 0; Index != Its.sections().size(); ++Index) {
    StringRef Name = valueOrNothing(Its.nameOf(Its.sections()[Index]));
    if (Name == UnwindSection || isDebugSection(Name))
      addSection(Number, Index, Name, Relocations.lookup(Index));
  }
  // Now that it is known where what they refer to will be.
  readSymbols(Number);
}

template <typename ELFT>
void DebugImageBuilder<ELFT>::addSection(size_t Number, size_t Index,
                                         StringRef Name, size_t Relocations) {
  const View &Its = *Tables[Number].Object;
  const Shdr &Section = Its.sections()[Index];
  DebugContribution Part{valueOrNothing(Its.contentsOf(Section)), 0,
                         Relocations, Number};
  if (Section.sh_flags & ELF::SHF_COMPRESSED) {
    StringRef Packed(reinterpret_cast<const char *>(Part.Bytes.data()),
                     Part.Bytes.size());
    auto Unpacker = Decompressor::create(
        Name, Packed, /*IsLE=*/ELFT::Endianness == endianness::little,
        /*Is64Bit=*/ELFT::Is64Bits);
    SmallVector<uint8_t, 0> &Contents = Decompressed.emplace_back();
    Error Failed = Unpacker ? Unpacker->resizeAndDecompress(Contents)
                            : Unpacker.takeError();
    if (Failed) {
      consumeError(std::move(Failed));
      return;
    }
    Part.Bytes = Contents;
  }
  // There are few names: a search among them is quicker than a map.
  auto Found = find_if(Sections, [&](const DebugImageSection &Candidate) {
    return Candidate.Name == Name;
  });
  if (Found == Sections.end())
    Found = Sections.insert(Found, DebugImageSection{Name, 0, 0, {}});
  Part.Offset = Found->Size;
  Found->Size += Part.Bytes.size();
  DebugParts[Number][Index] = Part.Offset;
  Found->Parts.push_back(Part);
}

template <typename ELFT>
void DebugImageBuilder<ELFT>::readSymbols(size_t Number) {
  DebugSymbolTable<ELFT> &Table = Tables[Number];
  const View &Its = *Table.Object;
  for (const Sym &Symbol : Its.symbols()) {
    std::optional<uint64_t> Value = valueOf(Number, Symbol);
    Table.Values.push_back(Value);
    StringRef Name = valueOrNothing(Its.nameOf(Symbol));
    bool IsNamed = Symbol.getType() == ELF::STT_FUNC ||
                   Symbol.getType() == ELF::STT_OBJECT ||
                   (Symbol.getType() == ELF::STT_NOTYPE &&
                    Symbol.getBinding() != ELF::STB_LOCAL);
    if (Value && IsNamed && !Name.empty() && !Name.starts_with(".L") &&
        definesHere(Number, Symbol, Name))
      addSymbol(Symbol, Name, *Value);
  }
}

/// From the start of the executor's own thread-local storage, where its block
/// for the program is: a debugger takes the program for a part of the
/// executable.
template <typename ELFT>
std::optional<uint64_t>
DebugImageBuilder<ELFT>::threadLocalOf(size_t Number, const Sym &Symbol) const {
  std::optional<uint64_t> Start =
      Map.threadLocalOffset({Number, Tables[Number].Object->sectionOf(Symbol)});
  return Start ? std::optional(*Start + Symbol.st_value) : std::nullopt;
}

template <typename ELFT>
bool DebugImageBuilder<ELFT>::definesHere(size_t Number, const Sym &Symbol,
                                          StringRef Name) const {
  if (Symbol.getBinding() == ELF::STB_LOCAL)
    return true;
  const jit::Symbol *Winner = Parts.Symbols.find(Name);
  return Symbol.st_shndx != ELF::SHN_UNDEF && Winner &&
         Winner->Object == Number;
}

template <typename ELFT>
std::optional<uint64_t>
DebugImageBuilder<ELFT>::valueOf(size_t Number, const Sym &Symbol) const {
  const View &Its = *Tables[Number].Object;
  if (Symbol.getType() == ELF::STT_TLS)
    return threadLocalOf(Number, Symbol);
  if (Symbol.getBinding() != ELF::STB_LOCAL) {
    // Another object's definition may be the one that counts.
    StringRef Name = valueOrNothing(Its.nameOf(Symbol));
    const jit::Symbol *Winner = Parts.Symbols.find(Name);
    if (!Winner && Parts.Outside) {
      ExecutorAddr Address = Parts.Outside(Name);
      return Address.isNull() ? std::nullopt : std::optional(Address.value());
    }
    if (!Winner || Winner->isIfunc())
      return std::nullopt;
    if (Winner->Object != Number || Symbol.isCommon() || Symbol.isUndefined()) {
      ExecutorAddr Address = addressOf(Name);
      return Address.isNull() ? std::nullopt : std::optional(Address.value());
    }
  }
  if (Symbol.isAbsolute())
    return Symbol.st_value;
  uint64_t Section = Its.sectionOf(Symbol);
  if (Section == 0)
    return std::nullopt;
  auto Part = DebugParts[Number].find(Section);
  if (Part != DebugParts[Number].end())
    return Part->second + Symbol.st_value;
  ExecutorAddr Start = Map.addressOf({Number, Section});
  if (Start.isNull())
    return std::nullopt;
  return (Start + Symbol.st_value).value();
}

/// The index of the header of the image's section for the segment.
template <typename ELFT>
uint16_t DebugImageBuilder<ELFT>::segmentOf(uint64_t Address) const {
  for (size_t I = 0; I != Segments.size(); ++I)
    if (Segments[I].Memory.Range.contains({ExecutorAddr(Address), 1}))
      return static_cast<uint16_t>(I + 1);
  return ELF::SHN_ABS;
}

template <typename ELFT>
void DebugImageBuilder<ELFT>::addSymbol(const Sym &Symbol, StringRef Name,
                                        uint64_t Value) {
  Name.consume_back(LateBody);
  // What was local before the module was cut into parts is so again.
  const bool IsLocalThere = Symbol.getBinding() == ELF::STB_LOCAL;
  const bool IsPromoted = consumePromotedSuffix(Name);
  const bool IsLocal = IsPromoted || IsLocalThere;
  // A constant of the compiler's, as ".str", had no symbol.
  if (IsPromoted && Name.starts_with("."))
    return;
  Sym Added = Symbol;
  if (IsLocal)
    Added.setBinding(ELF::STB_LOCAL);
  Added.st_name = static_cast<uint32_t>(Names.size());
  Added.st_value = static_cast<Word>(Value);
  Added.st_shndx = segmentOf(Value);
  Names.append(Name.data(), Name.size());
  if (Symbol.getType() == ELF::STT_FUNC && !IsLocalThere &&
      Entries.contains({ExecutorAddr(Value), 1}))
    Names += EntrySuffix;
  Names.push_back('\0');
  (IsLocal ? LocalSymbols : GlobalSymbols).push_back(Added);
}

template <typename ELFT> void DebugImageBuilder<ELFT>::layOut() {
  uint64_t Size = sizeof(typename ELFT::Ehdr);
  for (DebugImageSection &Section : Sections) {
    // For .eh_frame, whose records are padded to the size of a pointer.
    Size = alignTo(Size, 8);
    Section.FileOffset = Size;
    Size += Section.Size;
  }
  SymbolsOffset = Size = alignTo(Size, 8);
  Size += (1 + LocalSymbols.size() + GlobalSymbols.size()) * sizeof(Sym);
  NamesOffset = Size;
  Image.resize_for_overwrite(Size + Names.size());
  // What is between them, so that the same program has the same image.
  uint64_t End = sizeof(typename ELFT::Ehdr);
  for (const DebugImageSection &Section : Sections) {
    std::memset(Image.data() + End, 0, Section.FileOffset - End);
    End = Section.FileOffset + Section.Size;
  }
  std::memset(Image.data() + End, 0, SymbolsOffset - End);
}

template <typename ELFT>
void DebugImageBuilder<ELFT>::relocate(const DebugImageSection &Section,
                                       const DebugContribution &Part) {
  const DebugSymbolTable<ELFT> &Table = Tables[Part.Object];
  uint64_t Start = Section.FileOffset + Part.Offset;
  if (Part.Relocations == 0)
    return;
  const Shdr &Relocations = Table.Object->sections()[Part.Relocations];
  auto Relocate = [&](const RelocationView &Relocation) -> Error {
    using Form = RelocationRule::Form;
    RelocationRule Rule = Map.isa().Rule(Relocation.Type);
    size_t Width = Rule.Number == Form::None ? 0 : Rule.Width;
    uint64_t Offset = Relocation.Offset;
    if (Offset > Part.Bytes.size() || Width > Part.Bytes.size() - Offset)
      return Error::success();
    auto Byte = [&](size_t I) -> char & {
      bool IsLittle = ELFT::Endianness == endianness::little;
      return Image[Start + Offset + (IsLittle ? I : Width - 1 - I)];
    };
    std::optional<uint64_t> Found;
    if (Relocation.Symbol < Table.Values.size())
      Found = Table.Values[Relocation.Symbol];
    uint64_t InPlace = 0, Value = 0;
    for (size_t I = 0; I != Width; ++I)
      InPlace |= uint64_t(static_cast<uint8_t>(Byte(I))) << 8 * I;
    // What describes code that is not there shall describe nothing: address 0,
    // as linkers leave it, where no debugger believes in code.
    if (Found)
      Value = *Found + static_cast<uint64_t>(Relocation.Addend) +
              (Relocations.sh_type == ELF::SHT_REL ? InPlace : 0);
    if (Rule.Number == Form::Relative)
      Value -= (Place + Start + Offset).value();
    for (size_t I = 0; I != Width; ++I)
      Byte(I) = static_cast<char>(Value >> 8 * I);
    return Error::success();
  };
  // What is wrong with the rest is left out.
  consumeError(Table.Object->forEachRelocation(Relocations, Relocate));
}

template <typename ELFT> void DebugImageBuilder<ELFT>::writeSections() {
  for (const DebugImageSection &Section : Sections)
    for (const DebugContribution &Part : Section.Parts) {
      llvm::copy(Part.Bytes, Image.data() + Section.FileOffset + Part.Offset);
      relocate(Section, Part);
    }
  char *Next = Image.data() + SymbolsOffset;
  std::memset(Next, 0, sizeof(Sym));
  Next += sizeof(Sym);
  for (const auto *Symbols : {&LocalSymbols, &GlobalSymbols}) {
    Next = reinterpret_cast<char *>(
        llvm::copy(*Symbols, reinterpret_cast<Sym *>(Next)));
  }
  std::memcpy(Image.data() + NamesOffset, Names.data(), Names.size());
}

/// The headers, behind all the rest.
template <typename ELFT> void DebugImageBuilder<ELFT>::writeHeaders() {
  ElfHeaders<ELFT> Headers(Map.isa().Machine);
  for (const ShownSegment &Segment : Segments)
    Headers.addSegment(Segment.Memory, Segment.Name);
  for (const DebugImageSection &Section : Sections) {
    Shdr &Header = Headers.add(Section.Name, ELF::SHT_PROGBITS,
                               Section.FileOffset, Section.Size);
    if (Section.Name != UnwindSection)
      continue;
    Header.sh_flags = ELF::SHF_ALLOC;
    Header.sh_addr = static_cast<Word>((Place + Section.FileOffset).value());
  }
  Headers.addSymbols(SymbolsOffset, NamesOffset, Names.size(),
                     1 + LocalSymbols.size());
  Headers.appendTo(Image, Flags);
}

template <typename ELFT> SmallVector<char, 0> DebugImageBuilder<ELFT>::build() {
  findSegments();
  for (size_t Number = 0; Number != Parts.Objects.size(); ++Number)
    readObject(Number);
  layOut();
  writeSections();
  writeHeaders();
  return std::move(Image);
}

template class DebugImageBuilder<ELF64LE>;
template class DebugImageBuilder<ELF64BE>;
template class DebugImageBuilder<ELF32LE>;

} // namespace remoterun::jit

//===- DynamicTables.cpp - What a shared object says of itself ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/DynamicTables.h"

#include <bit>
#include <cstring>

namespace remoterun::executor {

using wire::SymbolKind;

namespace {

constexpr bool HasAddendField = std::is_same_v<LibraryRelocation, ElfW(Rela)>;
constexpr int RelocationTag = HasAddendField ? DT_RELA : DT_REL;
constexpr int RelocationSizeTag = HasAddendField ? DT_RELASZ : DT_RELSZ;

/// Of an entry in DT_VERSYM: "not the default", and the rest.
constexpr ElfW(Half) HiddenVersion = 0x8000, VersionMask = 0x7fff;
/// The version of what has none (LSB, "Symbol Version Table").
constexpr ElfW(Half) GlobalVersion = 1;

/// The same for both sizes of symbols.
unsigned typeOf(const ElfW(Sym) & Symbol) { return Symbol.st_info & 0xf; }
unsigned bindingOf(const ElfW(Sym) & Symbol) { return Symbol.st_info >> 4; }
unsigned visibilityOf(const ElfW(Sym) & Symbol) { return Symbol.st_other & 3; }

/// Missing for what nobody binds to: section and file symbols.
SymbolKind kindOf(const ElfW(Sym) & Symbol) {
  switch (typeOf(Symbol)) {
  case STT_FUNC:
  case STT_GNU_IFUNC:
  case STT_NOTYPE: // Assemblers have it for code.
    return SymbolKind::Function;
  case STT_OBJECT:
  case STT_COMMON:
    return SymbolKind::Data;
  case STT_TLS:
    return SymbolKind::ThreadLocal;
  }
  return SymbolKind::Missing;
}

/// Whether other objects can bind to it, as glibc decides.
bool isDefinition(const ElfW(Sym) & Symbol) {
  if (Symbol.st_shndx == SHN_UNDEF)
    return false;
  // As the names of versions: dlsym(3) would say that there is nothing.
  if (Symbol.st_value == 0 && typeOf(Symbol) != STT_TLS)
    return false;
  unsigned Binding = bindingOf(Symbol), Visibility = visibilityOf(Symbol);
  return (Binding == STB_GLOBAL || Binding == STB_WEAK ||
          Binding == STB_GNU_UNIQUE) &&
         Visibility != STV_HIDDEN && Visibility != STV_INTERNAL &&
         kindOf(Symbol) != SymbolKind::Missing;
}

uint32_t sysvHash(std::string_view Name) {
  uint32_t Hash = 0;
  for (unsigned char C : Name) {
    Hash = (Hash << 4) + C;
    uint32_t High = Hash & 0xf0000000;
    Hash = (Hash ^ (High >> 24)) & ~High;
  }
  return Hash;
}

template <typename T>
std::span<const T> firstOf(std::span<const T> All, size_t Count) {
  return Count <= All.size() ? All.first(Count) : std::span<const T>();
}

/// A record inside \p Bytes; null where it does not fit.
template <typename T>
const T *recordAt(std::span<const uint8_t> Bytes, size_t Offset) {
  if (Offset > Bytes.size() || Bytes.size() - Offset < sizeof(T) ||
      reinterpret_cast<uintptr_t>(Bytes.data() + Offset) % alignof(T) != 0)
    return nullptr;
  return reinterpret_cast<const T *>(Bytes.data() + Offset);
}

} // namespace

DynamicTables::DynamicTables(const SegmentBytes &Bytes,
                             ElfW(Addr) SectionAddress) {
  Section = SegmentBytes::tableIn<ElfW(Dyn)>(Bytes.from(SectionAddress));
  for (size_t I = 0; I != Section.size(); ++I)
    if (Section[I].d_tag == DT_NULL) {
      Section = Section.first(I);
      break;
    }
  Strings = SegmentBytes::tableIn<char>(bytesOf(Bytes, DT_STRTAB));
  if (size_t Size = valueOf(DT_STRSZ); Size < Strings.size())
    Strings = Strings.first(Size);
  Symbols = SegmentBytes::tableIn<ElfW(Sym)>(bytesOf(Bytes, DT_SYMTAB));
  VersionIndices = SegmentBytes::tableIn<ElfW(Half)>(bytesOf(Bytes, DT_VERSYM));
  VersionDefinitions = bytesOf(Bytes, DT_VERDEF);
  readHashTables(Bytes);
  readRelocations(Bytes);
}

void DynamicTables::readHashTables(const SegmentBytes &Bytes) {
  if (entry(DT_GNU_HASH)) {
    std::span<const uint8_t> Table = bytesOf(Bytes, DT_GNU_HASH);
    auto Header = firstOf(SegmentBytes::tableIn<uint32_t>(Table), 4);
    if (Header.empty())
      return;
    size_t BucketCount = Header[0], BloomSize = Header[2];
    Table = Table.subspan(Header.size_bytes());
    auto Bloom = firstOf(SegmentBytes::tableIn<ElfW(Addr)>(Table), BloomSize);
    if (!std::has_single_bit(Bloom.size()))
      return;
    Table = Table.subspan(Bloom.size_bytes());
    auto Buckets = firstOf(SegmentBytes::tableIn<uint32_t>(Table), BucketCount);
    Table = Table.subspan(Buckets.size_bytes());
    GnuHash = {Bloom, Header[3], Buckets,
               SegmentBytes::tableIn<uint32_t>(Table), Header[1]};
    return;
  }
  auto Table = SegmentBytes::tableIn<Elf_Symndx>(bytesOf(Bytes, DT_HASH));
  if (Table.size() < 2)
    return;
  auto Buckets = firstOf(Table.subspan(2), Table[0]);
  SysvHash = {Buckets, firstOf(Table.subspan(2 + Buckets.size()), Table[1])};
}

void DynamicTables::readRelocations(const SegmentBytes &Bytes) {
  auto Read = [&](ElfW(Sxword) Tag, ElfW(Sxword) SizeTag) {
    return firstOf(
        SegmentBytes::tableIn<LibraryRelocation>(bytesOf(Bytes, Tag)),
        valueOf(SizeTag) / sizeof(LibraryRelocation));
  };
  Relocations = Read(RelocationTag, RelocationSizeTag);
  PltRelocations = Read(DT_JMPREL, DT_PLTRELSZ);
}

//===----------------------------------------------------------------------===//
// Entries and strings
//===----------------------------------------------------------------------===//

const ElfW(Dyn) * DynamicTables::entry(ElfW(Sxword) Tag) const {
  const ElfW(Dyn) *Found = nullptr;
  for (const ElfW(Dyn) &Entry : Section)
    if (Entry.d_tag == Tag)
      Found = &Entry;
  return Found;
}

ElfW(Addr) DynamicTables::valueOf(ElfW(Sxword) Tag) const {
  const ElfW(Dyn) *Found = entry(Tag);
  return Found ? Found->d_un.d_val : 0;
}

std::span<const uint8_t> DynamicTables::bytesOf(const SegmentBytes &Bytes,
                                                ElfW(Sxword) Tag) const {
  const ElfW(Dyn) *Found = entry(Tag);
  return Found ? Bytes.from(Found->d_un.d_ptr) : std::span<const uint8_t>();
}

std::string_view DynamicTables::stringOf(ElfW(Sxword) Tag) const {
  const ElfW(Dyn) *Found = entry(Tag);
  return Found ? string(Found->d_un.d_val) : std::string_view();
}

std::string_view DynamicTables::string(uint64_t Offset) const {
  if (Offset >= Strings.size())
    return {};
  const char *Start = Strings.data() + Offset;
  const void *End = std::memchr(Start, '\0', Strings.size() - Offset);
  if (!End)
    return {};
  return {Start, static_cast<size_t>(static_cast<const char *>(End) - Start)};
}

bool DynamicTables::isString(uint64_t Offset, std::string_view Text) const {
  if (Offset >= Strings.size() || Strings.size() - Offset <= Text.size())
    return false;
  const char *Start = Strings.data() + Offset;
  return std::memcmp(Start, Text.data(), Text.size()) == 0 &&
         Start[Text.size()] == '\0';
}

//===----------------------------------------------------------------------===//
// References
//===----------------------------------------------------------------------===//

bool DynamicTables::bindsSymbol(const LibraryRelocation &Relocation) {
  uint32_t Type = executor::typeOf(Relocation);
  for (uint32_t Known : BindingRelocations)
    if (Type == Known)
      return true;
  return false;
}

bool DynamicTables::isThreadLocalOfOthers(
    const LibraryRelocation &Relocation) const {
  uint64_t Index = Relocation.r_info >> RelocationTypeBits;
  return Index != 0 && Index < Symbols.size() &&
         ELF64_ST_TYPE(Symbols[Index].st_info) == STT_TLS &&
         Symbols[Index].st_shndx == SHN_UNDEF;
}

std::string_view
DynamicTables::nameOf(const LibraryRelocation &Relocation) const {
  uint64_t Index = Relocation.r_info >> RelocationTypeBits;
  return Index < Symbols.size() ? string(Symbols[Index].st_name)
                                : std::string_view();
}

//===----------------------------------------------------------------------===//
// Definitions
//===----------------------------------------------------------------------===//

std::string_view DynamicTables::versionName(uint16_t Index) const {
  size_t Offset = 0;
  // Each is behind the one before, so that this ends.
  while (auto *Definition =
             recordAt<ElfW(Verdef)>(VersionDefinitions, Offset)) {
    if ((Definition->vd_ndx & VersionMask) == Index) {
      // The first of its names is its own, the others are its predecessors.
      auto *Name = recordAt<ElfW(Verdaux)>(VersionDefinitions,
                                           Offset + Definition->vd_aux);
      bool IsBase = (Definition->vd_flags & VER_FLG_BASE) != 0;
      return Name && !IsBase ? string(Name->vda_name) : std::string_view();
    }
    if (Definition->vd_next == 0)
      break;
    Offset += Definition->vd_next;
  }
  return {};
}

/// Those symbols whose hash is that of the name, until one is found to be it.
/// What is accepted is what glibc accepts (check_match in elf/dl-lookup.c).
class DynamicTables::Candidates {
public:
  Candidates(const DynamicTables &Tables, const SymbolName &Wanted)
      : Tables(Tables), Wanted(Wanted) {}

  const SymbolName &wanted() const { return Wanted; }

  /// Whether the search is over.
  bool offer(uint64_t Index) {
    if (Index >= Tables.Symbols.size())
      return true;
    const ElfW(Sym) &Symbol = Tables.Symbols[Index];
    if (!isDefinition(Symbol) || !Tables.isString(Symbol.st_name, Wanted.Name))
      return false;
    if (!Tables.VersionIndices.empty() && !hasVersion(Index))
      return false;
    Found = Index;
    return true;
  }

  /// The symbol's index.
  std::optional<uint64_t> found() const {
    return Found ? Found : DefaultCount == 1 ? Default : std::nullopt;
  }

private:
  bool hasVersion(uint64_t Index) {
    if (Index >= Tables.VersionIndices.size())
      return false;
    ElfW(Half) Version = Tables.VersionIndices[Index];
    if (!Wanted.Version.empty())
      return Tables.versionName(Version & VersionMask) == Wanted.Version;
    if ((Version & VersionMask) <= GlobalVersion)
      return true;
    if ((Version & HiddenVersion) == 0 && DefaultCount++ == 0)
      Default = Index;
    return false;
  }

  const DynamicTables &Tables;
  const SymbolName &Wanted;
  std::optional<uint64_t> Found, Default;
  unsigned DefaultCount = 0;
};

bool DynamicTables::mayHave(uint32_t Hash) const {
  constexpr uint32_t WordBits = sizeof(ElfW(Addr)) * 8;
  if (GnuHash.BloomShift >= 32)
    return true;
  ElfW(Addr) Word =
      GnuHash.Bloom[(Hash / WordBits) & (GnuHash.Bloom.size() - 1)];
  return (Word >> (Hash % WordBits) &
          Word >> ((Hash >> GnuHash.BloomShift) % WordBits) & 1) != 0;
}

void DynamicTables::offerByGnuHash(Candidates &Offered) const {
  uint32_t Hash = Offered.wanted().GnuHash;
  if (!mayHave(Hash))
    return;
  uint64_t Index = GnuHash.Buckets[Hash % GnuHash.Buckets.size()];
  if (Index < GnuHash.FirstSymbol)
    return;
  for (; Index - GnuHash.FirstSymbol < GnuHash.Chains.size(); ++Index) {
    // The lowest bit says that the chain ends here.
    uint32_t Known = GnuHash.Chains[Index - GnuHash.FirstSymbol];
    if ((Known | 1) == (Hash | 1) && Offered.offer(Index))
      return;
    if (Known & 1)
      return;
  }
}

void DynamicTables::offerBySysvHash(Candidates &Offered) const {
  uint32_t Hash = sysvHash(Offered.wanted().Name);
  uint64_t Index = SysvHash.Buckets[Hash % SysvHash.Buckets.size()];
  // A damaged chain may be a circle.
  for (size_t Left = SysvHash.Chains.size();
       Left != 0 && Index != STN_UNDEF && Index < SysvHash.Chains.size();
       --Left, Index = SysvHash.Chains[Index])
    if (Offered.offer(Index))
      return;
}

std::optional<DynamicSymbol>
DynamicTables::find(const SymbolName &Wanted) const {
  Candidates Offered(*this, Wanted);
  if (!GnuHash.Buckets.empty())
    offerByGnuHash(Offered);
  else if (!SysvHash.Buckets.empty())
    offerBySysvHash(Offered);
  auto Index = Offered.found();
  if (!Index)
    return std::nullopt;
  const ElfW(Sym) &Symbol = Symbols[*Index];
  DynamicSymbol Found = {kindOf(Symbol), Symbol.st_value, Symbol.st_size, {}};
  if (*Index < VersionIndices.size())
    Found.Version = versionName(VersionIndices[*Index] & VersionMask);
  return Found;
}

} // namespace remoterun::executor

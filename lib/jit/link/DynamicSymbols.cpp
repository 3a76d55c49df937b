//===- DynamicSymbols.cpp - The symbols of an image -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/link/DynamicSymbols.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/DJB.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace llvm::object;

namespace remoterun::jit {

namespace {

/// Bits of a hash that select a bit of the filter, beside its lowest ones.
constexpr uint32_t FilterShift = 26;

/// Of versions; the first are of nobody and of everybody (LSB).
constexpr uint16_t FirstVersion = 2;

uint8_t typeOf(wire::SymbolKind Kind) {
  switch (Kind) {
  case wire::SymbolKind::Data:
    return ELF::STT_OBJECT;
  case wire::SymbolKind::ThreadLocal:
    return ELF::STT_TLS;
  default:
    return ELF::STT_FUNC;
  }
}

template <typename T> T *contents(SectionMemory &Memory, size_t Number) {
  return reinterpret_cast<T *>(Memory.sections()[Number].Memory);
}

} // namespace

DynamicSymbols::DynamicSymbols(const ProgramSymbols &Symbols,
                               const StringSet<> &Exported,
                               ArrayRef<StringRef> Bounds,
                               const Imports &FromLibraries,
                               const StringSet<> &OfLate)
    : Names(1, '\0') {
  for (const Imports::Import &Each : FromLibraries.all())
    Imported.push_back({.NameOffset = addName(Each.Name),
                        .Binding = Each.IsWeak ? uint8_t(ELF::STB_WEAK)
                                               : uint8_t(ELF::STB_GLOBAL),
                        .Type = typeOf(Each.Symbol.Kind),
                        .Size = Each.Symbol.Size,
                        .Version = versionFor(Each.Symbol)});
  const NeededLibraries &Needed = FromLibraries.needed();
  for (const std::string &Library : Needed.Names)
    NeededNames.push_back(addName(Library));
  if (!Needed.RunPath.empty())
    RunPath = addName(Needed.RunPath);
  addExports(Symbols, Exported, Bounds, FromLibraries);
  for (const Export &Each : Exports)
    if (Each.Reference.empty() && OfLate.contains(Each.Name))
      Late.push_back({Each.Name.str(), Each.NameOffset});
}

uint32_t DynamicSymbols::addName(StringRef Name) {
  auto Offset = static_cast<uint32_t>(Names.size());
  Names += Name;
  Names.push_back('\0');
  return Offset;
}

uint16_t DynamicSymbols::versionFor(const ImportedSymbol &Symbol) {
  if (Symbol.Version.empty())
    return ELF::VER_NDX_GLOBAL;
  auto Its = find_if(Needs, [&](const NeededVersions &Each) {
    return Each.Library == Symbol.Library;
  });
  if (Its == Needs.end())
    Its = Needs.insert(Its, {Symbol.Library, addName(Symbol.Library), {}});
  auto Known = find_if(Its->Versions, [&](const Version &Each) {
    return Each.Name == Symbol.Version;
  });
  if (Known != Its->Versions.end())
    return Known->Number;
  auto Number = static_cast<uint16_t>(FirstVersion + VersionCount++);
  Its->Versions.push_back({Symbol.Version, addName(Symbol.Version), Number});
  return Number;
}

void DynamicSymbols::addExports(const ProgramSymbols &Symbols,
                                const StringSet<> &Exported,
                                ArrayRef<StringRef> Bounds,
                                const Imports &FromLibraries) {
  Symbols.forEach([&](StringRef Name, const Symbol &Found) {
    // Thread-local variables are in the executor's block.
    if ((Found.IsExported || Found.IsInlineVariable) &&
        !Found.isThreadLocal() && Exported.contains(Name))
      Exports.push_back({Name, Found, djbHash(Name, 5381)});
  });
  for (StringRef Name : Bounds)
    Exports.push_back({.Name = Name,
                       .Found = {},
                       .Hash = djbHash(Name, 5381),
                       .IsBound = true});
  for (Imports::Function &Each : FromLibraries.functions()) {
    const Imports::Import &Its = FromLibraries.all()[Each.Import];
    Exports.push_back({.Name = Its.Name,
                       .Found = {},
                       .Hash = djbHash(Its.Name, 5381),
                       .Reference = std::move(Each.Reference),
                       .Version = versionFor(Its.Symbol)});
  }
  BucketCount =
      std::max<uint32_t>(1, static_cast<uint32_t>(Exports.size()) / 2);
  sort(Exports, [&](const Export &A, const Export &B) {
    return std::tuple(A.Hash % BucketCount, A.Name) <
           std::tuple(B.Hash % BucketCount, B.Name);
  });
  for (Export &Each : Exports)
    Each.NameOffset = addName(Each.Name);
}

template <typename ELFT>
void DynamicSymbols::allocate(SectionMemory &Memory, uint64_t PageSize) {
  constexpr uint64_t WordSize = sizeof(typename ELFT::uint);
  constexpr uint64_t SymbolSize = sizeof(typename ELFT::Sym);
  auto Add = [&](StringRef Name, uint64_t Size, uint64_t Alignment) {
    return Memory.addSynthetic(Name, {SectionKind::ReadOnly, Size, Alignment});
  };
  uint64_t Size = count() * SymbolSize, Alignment = WordSize;
  if (!Late.empty()) {
    size_t Others = 1 + Imported.size() + Exports.size();
    PageOfBodies = alignTo(Others * SymbolSize, PageSize);
    FirstBody = divideCeil(PageOfBodies, SymbolSize);
    EndOfBodies = FirstBody + BodySymbols::PerFunction * Late.size();
    Size = alignTo(EndOfBodies * SymbolSize, PageSize);
    Alignment = PageSize;
  }
  size_t Count = count(), First = 1 + Imported.size();
  Made.Hash =
      Add(".gnu.hash",
          16 + filterSize() * WordSize + 4 * (BucketCount + Count - First),
          WordSize);
  Made.Symbols = Add(".dynsym", Size, Alignment);
  Made.Strings = Add(".dynstr", Names.size(), 1);
  if (Needs.empty())
    return;
  Made.Versions = Add(".gnu.version", Count * sizeof(typename ELFT::Versym), 2);
  Made.NeededVersions = Add(".gnu.version_r",
                            Needs.size() * sizeof(typename ELFT::Verneed) +
                                VersionCount * sizeof(typename ELFT::Vernaux),
                            WordSize);
}

/// GNU's hash table (DT_GNU_HASH): a filter of bits for what is not there, and
/// for each bucket where its symbols start; of each symbol its hash, whose
/// lowest bit ends the bucket.
template <typename ELFT>
void DynamicSymbols::writeHash(SectionMemory &Memory) const {
  using Word = typename ELFT::Word;
  using Address = typename ELFT::uint;
  constexpr uint32_t FilterBits = sizeof(Address) * 8;
  auto First = static_cast<uint32_t>(1 + Imported.size());
  auto *Header = contents<Word>(Memory, Made.Hash);
  Header[0] = BucketCount;
  Header[1] = First; // The first symbol that it knows.
  Header[2] = static_cast<uint32_t>(filterSize());
  Header[3] = FilterShift;
  auto *Filter = reinterpret_cast<typename ELFT::Off *>(Header + 4);
  auto *Buckets = reinterpret_cast<Word *>(Filter + filterSize());
  Word *Chains = Buckets + BucketCount;
  for (size_t I = 0; I != Exports.size(); ++I) {
    uint32_t Hash = Exports[I].Hash, Bucket = Hash % BucketCount;
    auto &Bits = Filter[Hash / FilterBits & (filterSize() - 1)];
    Bits = Bits | Address(1) << Hash % FilterBits |
           Address(1) << (Hash >> FilterShift) % FilterBits;
    if (Buckets[Bucket] == 0)
      Buckets[Bucket] = static_cast<uint32_t>(First + I);
    bool IsLast = I + 1 == Exports.size()
                      ? Late.empty()
                      : Exports[I + 1].Hash % BucketCount != Bucket;
    Chains[I] = (Hash & ~1u) | (IsLast ? 1 : 0);
  }
  // The last bucket goes on with symbols that have no name's hash.
  if (!Late.empty())
    Chains[EndOfBodies - 1 - First] = 1;
}

BodySymbols DynamicSymbols::bodySymbols(const SectionMemory &Memory) const {
  if (Late.empty())
    return {};
  const WorkingSection &Section = Memory.sections()[Made.Symbols];
  return {.Pages = {Section.Target + PageOfBodies,
                    Section.Needs.Size - PageOfBodies},
          .Start = static_cast<uint32_t>(FirstBody * BodySymbols::SymbolSize -
                                         PageOfBodies),
          .Those = Late};
}

/// What is not of a library's version is global.
template <typename ELFT>
void DynamicSymbols::writeVersions(SectionMemory &Memory) const {
  using Need = typename ELFT::Verneed;
  using Entry = typename ELFT::Vernaux;
  auto *Of = contents<typename ELFT::Versym>(Memory, Made.Versions);
  Of++->vs_index = ELF::VER_NDX_LOCAL;
  for (const Import &Each : Imported)
    Of++->vs_index = Each.Version;
  for (const Export &Each : Exports)
    Of++->vs_index = Each.Version;
  auto *Next = contents<uint8_t>(Memory, Made.NeededVersions);
  for (const NeededVersions &Each : Needs) {
    size_t Size = sizeof(Need) + Each.Versions.size() * sizeof(Entry);
    auto *Its = reinterpret_cast<Need *>(Next);
    Its->vn_version = 1;
    Its->vn_cnt = static_cast<uint16_t>(Each.Versions.size());
    Its->vn_file = Each.NameOffset;
    Its->vn_aux = sizeof(Need);
    Its->vn_next = &Each == &Needs.back() ? 0 : static_cast<uint32_t>(Size);
    auto *Wanted = reinterpret_cast<Entry *>(Next + sizeof(Need));
    for (const Version &Version : Each.Versions) {
      Wanted->vna_hash = hashSysV(Version.Name);
      Wanted->vna_other = Version.Number;
      Wanted->vna_name = Version.NameOffset;
      Wanted->vna_next = &Version == &Each.Versions.back() ? 0 : sizeof(Entry);
      ++Wanted;
    }
    Next += Size;
  }
}

template <typename ELFT>
void DynamicSymbols::write(SectionMemory &Memory, AddressOf Find) const {
  using Address = typename ELFT::uint;
  auto *Symbol = contents<typename ELFT::Sym>(Memory, Made.Symbols);
  for (const Import &Each : Imported) {
    ++Symbol;
    Symbol->st_name = Each.NameOffset;
    // How much is copied, where it is a variable that is.
    Symbol->st_size = static_cast<Address>(Each.Size);
    Symbol->setBindingAndType(Each.Binding, Each.Type);
  }
  for (const Export &Each : Exports) {
    ++Symbol;
    bool IsOthers = !Each.Reference.empty();
    ExecutorAddr Place =
        IsOthers ? Find(Each.Reference, nullptr)
                 : Find(Each.Name, Each.IsBound ? nullptr : &Each.Found);
    Symbol->st_name = Each.NameOffset;
    Symbol->st_value = static_cast<Address>(Place.value());
    Symbol->st_size = static_cast<Address>(Each.Found.Size);
    Symbol->st_shndx = IsOthers                  ? ELF::SHN_UNDEF
                       : Each.Found.isAbsolute() ? ELF::SHN_ABS
                                                 : 1;
    Symbol->setBindingAndType(ELF::STB_GLOBAL, IsOthers || Each.Found.isIfunc()
                                                   ? uint8_t(ELF::STT_FUNC)
                                                   : Each.Found.Type);
  }
  std::memcpy(contents<char>(Memory, Made.Strings), Names.data(), Names.size());
  writeHash<ELFT>(Memory);
  if (!Needs.empty())
    writeVersions<ELFT>(Memory);
}

template <typename ELFT>
void DynamicSymbols::describe(
    const SectionMemory &Memory,
    function_ref<void(int32_t Tag, uint64_t Value)> Add) const {
  auto Place = [&](size_t Number) {
    return Memory.sections()[Number].Target.value();
  };
  for (uint32_t Name : NeededNames)
    Add(ELF::DT_NEEDED, Name);
  if (RunPath != 0)
    Add(ELF::DT_RUNPATH, RunPath);
  Add(ELF::DT_GNU_HASH, Place(Made.Hash));
  Add(ELF::DT_SYMTAB, Place(Made.Symbols));
  Add(ELF::DT_SYMENT, sizeof(typename ELFT::Sym));
  Add(ELF::DT_STRTAB, Place(Made.Strings));
  Add(ELF::DT_STRSZ, Names.size());
  if (Needs.empty())
    return;
  Add(ELF::DT_VERSYM, Place(Made.Versions));
  Add(ELF::DT_VERNEED, Place(Made.NeededVersions));
  Add(ELF::DT_VERNEEDNUM, Needs.size());
}

#define REMOTERUN_INSTANTIATE(ELFT)                                            \
  template void DynamicSymbols::allocate<ELFT>(SectionMemory &, uint64_t);     \
  template void DynamicSymbols::write<ELFT>(SectionMemory &, AddressOf) const; \
  template void DynamicSymbols::describe<ELFT>(                                \
      const SectionMemory &, function_ref<void(int32_t, uint64_t)>) const;
REMOTERUN_INSTANTIATE(ELF64LE)
REMOTERUN_INSTANTIATE(ELF64BE)
REMOTERUN_INSTANTIATE(ELF32LE)
#undef REMOTERUN_INSTANTIATE

} // namespace remoterun::jit

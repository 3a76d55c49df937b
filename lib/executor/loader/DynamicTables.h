//===- DynamicTables.h - What a shared object says of itself ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dynamic section (ELF gABI, "Dynamic Section") and the tables that it
// names, of a library that is loaded or of its file. All of them may be
// damaged: nothing outside the object's bytes is read.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_DYNAMICTABLES_H
#define REMOTERUN_EXECUTOR_LOADER_DYNAMICTABLES_H

#include "executor/loader/SegmentBytes.h"
#include "executor/loader/SymbolName.h"
#include "executor/machine/Machine.h"
#include "wire/Messages.h"

#include <elf.h>
#include <link.h>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace remoterun::executor {

/// A definition that other objects can bind to.
struct DynamicSymbol {
  wire::SymbolKind Kind = wire::SymbolKind::Missing;
  ElfW(Addr) Value = 0;
  size_t Size = 0;
  std::string_view Version; ///< Empty for none.
};

/// Refers to the object's bytes, which must outlive it. Without any, it has
/// nothing.
class DynamicTables {
public:
  DynamicTables() = default;
  /// \p Section is where the dynamic section starts.
  DynamicTables(const SegmentBytes &Bytes, ElfW(Addr) Section);

  /// A damaged one has no names.
  bool areEmpty() const { return Strings.empty(); }

  /// These are empty where the object has none.
  std::string_view soname() const { return stringOf(DT_SONAME); }
  std::string_view rpath() const { return stringOf(DT_RPATH); }
  std::string_view runpath() const { return stringOf(DT_RUNPATH); }
  /// ld's -z nodefaultlib.
  bool avoidsDefaultDirectories() const {
    return (valueOf(DT_FLAGS_1) & DF_1_NODEFLIB) != 0;
  }

  /// What the dynamic linker would bind such a reference to, if it searched
  /// here (dlsym(3), dlvsym(3)).
  std::optional<DynamicSymbol> find(const SymbolName &Wanted) const;

  /// Calls \p Visitor with the text of each DT_NEEDED.
  template <typename VisitorT> void forEachNeeded(VisitorT Visitor) const {
    for (const ElfW(Dyn) &Entry : Section)
      if (Entry.d_tag == DT_NEEDED)
        if (std::string_view Name = string(Entry.d_un.d_val); !Name.empty())
          Visitor(Name);
  }

  /// Calls \p Visitor with the name, which a zero byte follows, and the
  /// relocation of everything that the dynamic linker binds by name.
  template <typename VisitorT> void forEachReference(VisitorT Visitor) const {
    for (auto Each : {Relocations, PltRelocations})
      for (const LibraryRelocation &Relocation : Each)
        if (bindsSymbol(Relocation))
          if (auto Name = nameOf(Relocation); !Name.empty())
            Visitor(Name, Relocation);
  }

  /// Calls \p Visitor with the name of each variable that starts at \p Value.
  template <typename VisitorT>
  void forEachVariableAt(ElfW(Addr) Value, VisitorT Visitor) const {
    for (const ElfW(Sym) &Symbol : Symbols)
      if (Symbol.st_value == Value && Symbol.st_shndx != SHN_UNDEF &&
          ELF64_ST_TYPE(Symbol.st_info) == STT_OBJECT &&
          ELF64_ST_BIND(Symbol.st_info) != STB_LOCAL)
        if (auto Name = string(Symbol.st_name); !Name.empty())
          Visitor(Name);
  }

  /// Calls \p Visitor with the name of each thread-local variable that the
  /// object refers to and does not define.
  template <typename VisitorT>
  void forEachThreadLocalOfOthers(VisitorT Visitor) const {
    for (auto Each : {Relocations, PltRelocations})
      for (const LibraryRelocation &Relocation : Each)
        if (isThreadLocalOfOthers(Relocation))
          if (auto Name = nameOf(Relocation); !Name.empty())
            Visitor(Name);
  }

private:
  /// DT_GNU_HASH: a Bloom filter, and chains of hashes that are beside the
  /// symbols from FirstSymbol on.
  struct GnuHashTable {
    std::span<const ElfW(Addr)> Bloom;
    uint32_t BloomShift = 0;
    std::span<const uint32_t> Buckets, Chains;
    uint32_t FirstSymbol = 0;
  };
  /// DT_HASH.
  struct SysvHashTable {
    std::span<const Elf_Symndx> Buckets, Chains;
  };
  class Candidates;

  void readHashTables(const SegmentBytes &Bytes);
  void readRelocations(const SegmentBytes &Bytes);
  bool mayHave(uint32_t Hash) const;
  void offerByGnuHash(Candidates &Offered) const;
  void offerBySysvHash(Candidates &Offered) const;

  /// Of the last entry with \p Tag; null for none.
  const ElfW(Dyn) * entry(ElfW(Sxword) Tag) const;
  ElfW(Addr) valueOf(ElfW(Sxword) Tag) const;
  std::span<const uint8_t> bytesOf(const SegmentBytes &Bytes,
                                   ElfW(Sxword) Tag) const;
  std::string_view stringOf(ElfW(Sxword) Tag) const;
  /// A string that ends inside the table; empty for what is none.
  std::string_view string(uint64_t Offset) const;
  bool isString(uint64_t Offset, std::string_view Text) const;
  static bool bindsSymbol(const LibraryRelocation &Relocation);
  bool isThreadLocalOfOthers(const LibraryRelocation &Relocation) const;
  std::string_view nameOf(const LibraryRelocation &Relocation) const;
  std::string_view versionName(uint16_t Index) const;

  std::span<const ElfW(Dyn)> Section;
  std::span<const char> Strings;
  std::span<const ElfW(Sym)> Symbols;
  std::span<const ElfW(Half)> VersionIndices;
  std::span<const uint8_t> VersionDefinitions;
  GnuHashTable GnuHash;
  SysvHashTable SysvHash;
  std::span<const LibraryRelocation> Relocations, PltRelocations;
};

/// A relocation's type and its symbol share a word (ELF gABI, "Relocation").
inline constexpr unsigned RelocationTypeBits = sizeof(ElfW(Addr)) == 8 ? 32 : 8;

inline uint32_t typeOf(const LibraryRelocation &Relocation) {
  return static_cast<uint32_t>(Relocation.r_info &
                               ((uint64_t(1) << RelocationTypeBits) - 1));
}

} // namespace remoterun::executor

#endif

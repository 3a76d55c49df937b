//===- LibraryVariable.cpp - How large a library's variable is ------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dladdr(3) has the symbol that is nearest to an address. Where several are in
// one place, as the end of one thing is the start of the next, it has any of
// them. So the library's hash table (DT_GNU_HASH) is asked for the name.
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryVariable.h"

#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>

namespace remoterun::executor {

namespace {

/// The header of DT_GNU_HASH, behind which are the words of the filter, the
/// buckets and the chains.
struct HashHeader {
  uint32_t BucketCount, FirstSymbol, FilterSize, FilterShift;
};

struct SymbolTables {
  const ElfW(Sym) *Symbols = nullptr;
  const char *Strings = nullptr;
  const HashHeader *Hash = nullptr;

  bool areThere() const { return Symbols && Strings && Hash; }
};

SymbolTables tablesOf(const link_map &Library) {
  SymbolTables Tables;
  for (const ElfW(Dyn) *Entry = Library.l_ld; Entry && Entry->d_tag != DT_NULL;
       ++Entry) {
    // glibc has relocated them, but for the vDSO's.
    ElfW(Addr) Place = Entry->d_un.d_ptr;
    if (Place < Library.l_addr)
      Place += Library.l_addr;
    if (Entry->d_tag == DT_SYMTAB)
      Tables.Symbols = reinterpret_cast<const ElfW(Sym) *>(Place);
    else if (Entry->d_tag == DT_STRTAB)
      Tables.Strings = reinterpret_cast<const char *>(Place);
    else if (Entry->d_tag == DT_GNU_HASH)
      Tables.Hash = reinterpret_cast<const HashHeader *>(Place);
  }
  return Tables;
}

uint32_t hashOf(const char *Name) {
  uint32_t Hash = 5381;
  for (; *Name; ++Name)
    Hash = Hash * 33 + static_cast<unsigned char>(*Name);
  return Hash;
}

/// The symbol \p Name with the value \p Value, of whatever version.
const ElfW(Sym) *
    find(const SymbolTables &Tables, const char *Name, ElfW(Addr) Value) {
  const HashHeader &Header = *Tables.Hash;
  if (Header.BucketCount == 0)
    return nullptr;
  auto *Filter = reinterpret_cast<const ElfW(Addr) *>(&Header + 1);
  auto *Buckets =
      reinterpret_cast<const uint32_t *>(Filter + Header.FilterSize);
  const uint32_t *Chains = Buckets + Header.BucketCount;
  uint32_t Hash = hashOf(Name), Index = Buckets[Hash % Header.BucketCount];
  if (Index < Header.FirstSymbol)
    return nullptr;
  for (;; ++Index) {
    // The lowest bit says that it is the chain's last.
    uint32_t Its = Chains[Index - Header.FirstSymbol];
    const ElfW(Sym) &Symbol = Tables.Symbols[Index];
    if ((Its | 1) == (Hash | 1) && Symbol.st_value == Value &&
        ::strcmp(Tables.Strings + Symbol.st_name, Name) == 0)
      return &Symbol;
    if (Its & 1)
      return nullptr;
  }
}

} // namespace

uint64_t sizeOfVariable(const char *Name, ExecutorAddr Address) {
  if (Address.isNull())
    return 0;
  auto *Place =
      reinterpret_cast<void *>(static_cast<uintptr_t>(Address.value()));
  Dl_info Info;
  link_map *Library = nullptr;
  const ElfW(Sym) *Symbol = nullptr;
  if (::dladdr1(Place, &Info, reinterpret_cast<void **>(&Library),
                RTLD_DL_LINKMAP) &&
      Library)
    if (SymbolTables Tables = tablesOf(*Library); Tables.areThere())
      Symbol = find(Tables, Name,
                    static_cast<ElfW(Addr)>(Address.value()) - Library->l_addr);
  // It is an alias of ours, or the library has a hash table of the other kind.
  ElfW(Sym) *Nearest = nullptr;
  if (!Symbol && ::dladdr1(Place, &Info, reinterpret_cast<void **>(&Nearest),
                           RTLD_DL_SYMENT))
    Symbol = Nearest;
  if (!Symbol || ELF64_ST_TYPE(Symbol->st_info) != STT_OBJECT)
    return 0;
  return Symbol->st_size;
}

} // namespace remoterun::executor

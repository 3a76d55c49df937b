//===- OwnSymbols.cpp - What the executable itself defines ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// When a process starts, the dynamic linker notes where the executable's hash
// table and symbol versions lie, so that they cannot move. But it does not ask
// how long they are: a chain of the hash table may go on with any number, if
// there is something where a table of that length would have it. So there is
// made room far behind the executable, for a row of entries in each table. Only
// the strings have to move, to where there is room for more of them: where they
// are is read from the dynamic section each time.
//
// This is for the hash table of the ELF gABI (DT_HASH); that of GNU is sorted.
//
//===----------------------------------------------------------------------===//

#include "executor/loader/OwnSymbols.h"
#include "executor/loader/ExecutableTables.h"
#include "wire/List.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>

namespace remoterun::executor {

namespace {

/// At least so many entries are made at a time.
constexpr size_t SmallestRoom = 1000;

/// Any section of the executable: the dynamic linker wants to know whether
/// there is one, and not which.
constexpr uint16_t SomeSection = 1;

/// The executable's tables, of which there is one set in a process, and how far
/// they are filled.
class OwnSymbolTable {
public:
  Expected<void> prepare();
  Expected<void> add(std::span<const OwnSymbol> Symbols);

private:
  Expected<void> check(std::span<const OwnSymbol> Symbols);
  Expected<void> makeRoom(size_t Added);
  Expected<void> makeRoomForStrings(size_t Added);
  /// The entry that an earlier definition of this name has; null for none.
  ElfW(Sym) * find(std::string_view Name);
  void define(const OwnSymbol &Symbol);

  ExecutableTables Tables;
  /// What of the latest room is not in use.
  Elf_Symndx NextFree = 0;
  size_t FreeCount = 0;
  bool IsPrepared = false;
  /// Our copy of the strings, the executable's first.
  char *Strings = nullptr;
  size_t StringsUsed = 0, StringsCapacity = 0;
} Table;

/// The hash function of the ELF gABI, "Hash Table Section".
uint32_t hashOf(std::string_view Name) {
  uint32_t Hash = 0;
  for (unsigned char Character : Name) {
    Hash = (Hash << 4) + Character;
    Hash = (Hash ^ (Hash >> 24 & 0xf0)) & 0x0fffffff;
  }
  return Hash;
}

Expected<void> OwnSymbolTable::prepare() {
  if (IsPrepared)
    return {};
  auto Read = ExecutableTables::read();
  if (!Read)
    return Read.error();
  Tables = *Read;
  StringsUsed = Tables.StringsSize;
  IsPrepared = true;
  return {};
}

Expected<void> OwnSymbolTable::check(std::span<const OwnSymbol> Symbols) {
  for (const OwnSymbol &Symbol : Symbols)
    if (Symbol.Name.empty() || Symbol.Name.find('\0') != Symbol.Name.npos)
      return failure("a name for libraries that no symbol can have");
  return {};
}

Expected<void> OwnSymbolTable::makeRoom(size_t Added) {
  if (FreeCount >= Added)
    return {};
  size_t Count = std::max(Added, SmallestRoom);
  auto Made = Tables.makeRoom(Count);
  if (!Made)
    return Made.error();
  NextFree = *Made;
  FreeCount = Count;
  return {};
}

Expected<void> OwnSymbolTable::makeRoomForStrings(size_t Added) {
  if (StringsCapacity - StringsUsed >= Added && Strings)
    return {};
  size_t Capacity = std::max<size_t>(2 * (StringsUsed + Added), 64 * 1024);
  void *Pages = ::mmap(nullptr, Capacity, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Pages == MAP_FAILED)
    return failure("cannot get memory for the program's names: %s",
                   strerror(errno));
  // The old ones stay: a look-up may be reading them.
  std::memcpy(Pages, Strings ? Strings : Tables.Strings, StringsUsed);
  Strings = static_cast<char *>(Pages);
  StringsCapacity = Capacity;
  return {};
}

ElfW(Sym) * OwnSymbolTable::find(std::string_view Name) {
  Elf_Symndx I = Tables.Buckets[hashOf(Name) % Tables.Buckets.size()];
  // Ours are the first of their chains.
  for (; I >= Tables.SymbolCount; I = *Tables.chainAt(I))
    if (ElfW(Sym) *Symbol = Tables.symbolAt(I);
        Strings + Symbol->st_name == Name)
      return Symbol;
  return nullptr;
}

void OwnSymbolTable::define(const OwnSymbol &Symbol) {
  bool IsThreadLocal = Symbol.What == OwnSymbol::Kind::ThreadLocal;
  auto Value = static_cast<ElfW(Addr)>(Symbol.Address.value()) -
               (IsThreadLocal ? 0 : Tables.LoadBias);
  auto Size = static_cast<decltype(ElfW(Sym)::st_size)>(Symbol.Size);
  unsigned char Type = IsThreadLocal                          ? STT_TLS
                       : Symbol.What == OwnSymbol::Kind::Data ? STT_OBJECT
                                                              : STT_FUNC;
  bool IsOthers = Symbol.What == OwnSymbol::Kind::OthersFunction;
  ElfW(Sym) *Entry = find(Symbol.Name);
  if (IsOthers && Entry && Entry->st_shndx != SHN_UNDEF)
    return;
  Elf_Symndx New = STN_UNDEF;
  if (!Entry) {
    New = NextFree++;
    --FreeCount;
    Entry = Tables.symbolAt(New);
    Entry->st_name = static_cast<ElfW(Word)>(StringsUsed);
    std::memcpy(Strings + StringsUsed, Symbol.Name.data(), Symbol.Name.size());
    Strings[StringsUsed + Symbol.Name.size()] = '\0';
    StringsUsed += Symbol.Name.size() + 1;
  }
  // STB_GLOBAL and STT_ are put together in the same way in both classes.
  Entry->st_info = ELF64_ST_INFO(STB_GLOBAL, Type);
  Entry->st_other = STV_DEFAULT;
  // An undefined symbol with a value (gABI, "Function Addresses").
  Entry->st_shndx = IsOthers ? SHN_UNDEF : SomeSection;
  Entry->st_size = Size;
  __atomic_store_n(&Entry->st_value, Value, __ATOMIC_RELEASE);
  if (New == STN_UNDEF)
    return;
  // It is found from the moment on when its chain begins with it.
  Elf_Symndx &Bucket =
      Tables.Buckets[hashOf(Symbol.Name) % Tables.Buckets.size()];
  *Tables.chainAt(New) = Bucket;
  __atomic_store_n(&Bucket, New, __ATOMIC_RELEASE);
}

Expected<void> OwnSymbolTable::add(std::span<const OwnSymbol> Symbols) {
  if (Symbols.empty())
    return {};
  if (auto Done = prepare(); !Done)
    return Done;
  if (auto Done = check(Symbols); !Done)
    return Done;
  size_t Characters = 0;
  for (const OwnSymbol &Symbol : Symbols)
    Characters += Symbol.Name.size() + 1;
  if (auto Done = makeRoomForStrings(Characters); !Done)
    return Done;
  if (auto Done = makeRoom(Symbols.size()); !Done)
    return Done;
  auto Writable = Tables.makeWritable();
  if (!Writable)
    return Writable.error();
  Tables.moveStrings(Strings, StringsUsed + Characters);
  for (const OwnSymbol &Symbol : Symbols)
    define(Symbol);
  return {};
}

} // namespace

bool canDefineInExecutable() { return static_cast<bool>(Table.prepare()); }

Expected<void> defineInExecutable(std::span<const OwnSymbol> Symbols) {
  return Table.add(Symbols);
}

} // namespace remoterun::executor

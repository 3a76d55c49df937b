//===- OwnSymbols.cpp - What the executable itself defines ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// When a process starts, the dynamic linker notes where the executable's hash
// table and symbol versions lie, and how long they are. So the linker has made
// entries beforehand, under names that mean nothing, and these are filled in
// place. Only the strings have to move, to where there is room for more of
// them: where they are is read from the dynamic section each time.
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

// The room: 1,000 absolute symbols with the value 0, so that dlsym(3) answers
// null even for their names. Most look-ups of a process happen at its start,
// and should not meet them. Names that differ in "E4", "DD", "CT", "Bd" and
// "At" alone have one hash value, since 16 * 'E' + '4' is 16 * 'D' + 'D' and so
// on: they fill eight hash chains, and all others are as short as without them.
__asm__(".irp group, 0,1,2,3,4,5,6,7\n"
        ".irp first, E4,DD,CT,Bd,At\n"
        ".irp second, E4,DD,CT,Bd,At\n"
        ".irp third, E4,DD,CT,Bd,At\n"
        ".globl .r\\group\\first\\second\\third\n"
        ".set .r\\group\\first\\second\\third, 0\n"
        ".endr\n"
        ".endr\n"
        ".endr\n"
        ".endr\n");

namespace remoterun::executor {

namespace {

constexpr std::string_view ReservedPrefix = ".r";
constexpr size_t ReservedLength = 9;

/// Any section of the executable: the dynamic linker wants to know whether
/// there is one, and not which.
constexpr uint16_t SomeSection = 1;

/// The executable's tables, of which there is one set in a process, and how far
/// they are filled.
class OwnSymbolTable {
public:
  Expected<void> add(std::span<const OwnSymbol> Symbols);

private:
  Expected<void> prepare();
  Expected<void> check(std::span<const OwnSymbol> Symbols);
  Expected<void> makeRoomForStrings(size_t Added);
  bool isReserved(Elf_Symndx Index) const;
  void unchainReserved();
  /// The entry that an earlier definition of this name has; null for none.
  ElfW(Sym) * find(std::string_view Name);
  void define(const OwnSymbol &Symbol);

  ExecutableTables Tables;
  /// Indices of entries that are not in use.
  List<Elf_Symndx> Free;
  bool IsPrepared = false, IsUnchained = false;
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

bool OwnSymbolTable::isReserved(Elf_Symndx Index) const {
  const ElfW(Sym) &Symbol = Tables.Symbols[Index];
  if (Symbol.st_shndx != SHN_ABS || Symbol.st_value != 0)
    return false;
  std::string_view Name = Tables.Strings + Symbol.st_name;
  // A version would hide it from references that ask for another one.
  return Name.size() == ReservedLength && Name.starts_with(ReservedPrefix) &&
         (!Tables.Versions || Tables.Versions[Index] == VER_NDX_GLOBAL);
}

Expected<void> OwnSymbolTable::prepare() {
  if (IsPrepared)
    return {};
  auto Read = ExecutableTables::read();
  if (!Read)
    return Read.error();
  Tables = *Read;
  // The last is taken first: they are used in ascending order.
  for (Elf_Symndx I = Tables.SymbolCount; I-- != 0;)
    if (isReserved(I))
      Free.push(I);
  StringsUsed = Tables.StringsSize;
  IsPrepared = true;
  return {};
}

Expected<void> OwnSymbolTable::check(std::span<const OwnSymbol> Symbols) {
  size_t New = 0;
  for (const OwnSymbol &Symbol : Symbols) {
    if (Symbol.Name.empty() || Symbol.Name.find('\0') != Symbol.Name.npos)
      return failure("a name for libraries that no symbol can have");
    New += !find(Symbol.Name);
  }
  if (New <= Free.size())
    return {};
  return failure("%zu names that the program defines in place of libraries', "
                 "and the executor's symbol table has room for %zu more",
                 New, Free.size());
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

void OwnSymbolTable::unchainReserved() {
  if (IsUnchained)
    return;
  IsUnchained = true;
  for (Elf_Symndx &Bucket : Tables.Buckets) {
    Elf_Symndx *Link = &Bucket;
    while (*Link != STN_UNDEF) {
      Elf_Symndx Next = *Link;
      while (Next != STN_UNDEF && isReserved(Next))
        Next = Tables.Chains[Next];
      if (Next != *Link)
        __atomic_store_n(Link, Next, __ATOMIC_RELEASE);
      if (Next == STN_UNDEF)
        break;
      Link = &Tables.Chains[Next];
    }
  }
}

ElfW(Sym) * OwnSymbolTable::find(std::string_view Name) {
  if (!IsUnchained)
    return nullptr;
  Elf_Symndx I = Tables.Buckets[hashOf(Name) % Tables.Buckets.size()];
  for (; I != STN_UNDEF; I = Tables.Chains[I]) {
    ElfW(Sym) &Symbol = Tables.Symbols[I];
    // The executable's own have their names in its own strings.
    if (Symbol.st_name >= Tables.StringsSize &&
        Strings + Symbol.st_name == Name)
      return &Symbol;
  }
  return nullptr;
}

void OwnSymbolTable::define(const OwnSymbol &Symbol) {
  bool IsThreadLocal = Symbol.What == OwnSymbol::Kind::ThreadLocal;
  auto Value = static_cast<ElfW(Addr)>(Symbol.Address.value()) -
               (IsThreadLocal ? 0 : Tables.LoadBias);
  auto Size = static_cast<decltype(ElfW(Sym)::st_size)>(Symbol.Size);
  unsigned char Type = IsThreadLocal ? STT_TLS
                       : Symbol.What == OwnSymbol::Kind::Data ? STT_OBJECT
                                                              : STT_FUNC;
  bool IsOthers = Symbol.What == OwnSymbol::Kind::OthersFunction;
  ElfW(Sym) *Entry = find(Symbol.Name);
  if (IsOthers && Entry && Entry->st_shndx != SHN_UNDEF)
    return;
  Elf_Symndx New = STN_UNDEF;
  if (!Entry) {
    New = Free[Free.size() - 1];
    Free.resize(Free.size() - 1);
    Entry = &Tables.Symbols[New];
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
  Tables.Chains[New] = Bucket;
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
  auto Writable = Tables.makeWritable();
  if (!Writable)
    return Writable.error();
  Tables.moveStrings(Strings, StringsUsed + Characters);
  unchainReserved();
  for (const OwnSymbol &Symbol : Symbols)
    define(Symbol);
  return {};
}

} // namespace

Expected<void> defineInExecutable(std::span<const OwnSymbol> Symbols) {
  return Table.add(Symbols);
}

} // namespace remoterun::executor

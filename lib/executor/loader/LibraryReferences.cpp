//===- LibraryReferences.cpp - What the loaded libraries refer to ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryReferences.h"
#include "executor/base/Libc.h"
#include "executor/base/NameTable.h"
#include "executor/machine/Machine.h"

#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <span>
#include <type_traits>

namespace remoterun::executor {

namespace {

/// The parts of a loaded library's dynamic section (ELF gABI, "Dynamic
/// Section") that say what it refers to.
struct DynamicTables {
  const ElfW(Sym) *Symbols = nullptr;
  const char *Strings = nullptr;
  std::span<const LibraryRelocation> Relocations;
  std::span<const LibraryRelocation> PltRelocations;
};

constexpr bool HasAddendField = std::is_same_v<LibraryRelocation, ElfW(Rela)>;
constexpr int RelocationTag = HasAddendField ? DT_RELA : DT_REL;
constexpr int RelocationSizeTag = HasAddendField ? DT_RELASZ : DT_RELSZ;

DynamicTables readDynamicSection(const dl_phdr_info &Library) {
  DynamicTables Tables;
  const ElfW(Dyn) *Entry = nullptr;
  for (int I = 0; I != Library.dlpi_phnum; ++I)
    if (Library.dlpi_phdr[I].p_type == PT_DYNAMIC)
      Entry = reinterpret_cast<const ElfW(Dyn) *>(Library.dlpi_addr +
                                                  Library.dlpi_phdr[I].p_vaddr);
  if (!Entry)
    return Tables;
  // glibc relocates most of these in place, but not those of the vDSO.
  auto At = [&](ElfW(Addr) Value) {
    return Value < Library.dlpi_addr ? Value + Library.dlpi_addr : Value;
  };
  const LibraryRelocation *Relocations = nullptr, *PltRelocations = nullptr;
  size_t Size = 0, PltSize = 0;
  for (; Entry->d_tag != DT_NULL; ++Entry) {
    switch (Entry->d_tag) {
    case DT_SYMTAB:
      Tables.Symbols =
          reinterpret_cast<const ElfW(Sym) *>(At(Entry->d_un.d_ptr));
      break;
    case DT_STRTAB:
      Tables.Strings = reinterpret_cast<const char *>(At(Entry->d_un.d_ptr));
      break;
    case RelocationTag:
      Relocations =
          reinterpret_cast<const LibraryRelocation *>(At(Entry->d_un.d_ptr));
      break;
    case RelocationSizeTag:
      Size = Entry->d_un.d_val / sizeof(LibraryRelocation);
      break;
    case DT_JMPREL:
      PltRelocations =
          reinterpret_cast<const LibraryRelocation *>(At(Entry->d_un.d_ptr));
      break;
    case DT_PLTRELSZ:
      PltSize = Entry->d_un.d_val / sizeof(LibraryRelocation);
      break;
    }
  }
  if (Relocations)
    Tables.Relocations = {Relocations, Size};
  if (PltRelocations)
    Tables.PltRelocations = {PltRelocations, PltSize};
  return Tables;
}

/// A relocation's type and its symbol share a word (ELF gABI, "Relocation").
constexpr unsigned TypeBits = sizeof(ElfW(Addr)) == 8 ? 32 : 8;

uint32_t typeOf(const LibraryRelocation &Relocation) {
  return Relocation.r_info & ((uint64_t(1) << TypeBits) - 1);
}

/// Whether the relocation puts a symbol's address in its slot.
bool bindsSymbol(uint32_t Type) {
  for (uint32_t Known : BindingRelocations)
    if (Type == Known)
      return true;
  return false;
}

[[maybe_unused]] uintptr_t addendOf(const ElfW(Rela) & Relocation,
                                    const LibraryReference &) {
  return static_cast<uintptr_t>(Relocation.r_addend);
}

/// What the dynamic linker has added to the symbol's address is in the slot
/// alone.
[[maybe_unused]] uintptr_t addendOf(const ElfW(Rel) &,
                                    const LibraryReference &Reference) {
  // Further from a symbol's start, it was bound to another symbol.
  constexpr uintptr_t Largest = 1 << 16;
  auto Symbol =
      reinterpret_cast<uintptr_t>(libc.dlsym(RTLD_DEFAULT, Reference.Name));
  uintptr_t Distance = *Reference.Slot - Symbol;
  return Symbol != 0 && Distance < Largest ? Distance : 0;
}

struct Visit {
  void (*Visitor)(const LibraryReference &Reference, void *Context);
  void *Context;
};

int visitLibrary(dl_phdr_info *Library, size_t, void *Context) {
  auto &Wanted = *static_cast<Visit *>(Context);
  // The main program has no name, and is this executor.
  if (!Library->dlpi_name || Library->dlpi_name[0] == '\0')
    return 0;
  DynamicTables Tables = readDynamicSection(*Library);
  if (!Tables.Symbols || !Tables.Strings)
    return 0;
  for (auto Relocations : {Tables.Relocations, Tables.PltRelocations}) {
    for (const LibraryRelocation &Relocation : Relocations) {
      if (!bindsSymbol(typeOf(Relocation)))
        continue;
      const ElfW(Sym) &Symbol = Tables.Symbols[Relocation.r_info >> TypeBits];
      auto *Slot = reinterpret_cast<uintptr_t *>(Library->dlpi_addr +
                                                 Relocation.r_offset);
      Wanted.Visitor({Tables.Strings + Symbol.st_name, Slot, Relocation},
                     Wanted.Context);
    }
  }
  return 0;
}

} // namespace

uintptr_t LibraryReference::addend() const {
  return hasAddend(typeOf(Relocation)) ? addendOf(Relocation, *this) : 0;
}

void visitLibraryReferences(void (*Visitor)(const LibraryReference &, void *),
                            void *Context) {
  Visit Wanted = {Visitor, Context};
  dl_iterate_phdr(visitLibrary, &Wanted);
}

List<uint32_t> referencedNames(std::span<const std::string_view> Names) {
  if (Names.empty())
    return {};
  NameTable Table(Names);
  List<uint8_t> IsReferenced;
  IsReferenced.resize(Names.size());
  std::memset(IsReferenced.data(), 0, IsReferenced.size());
  auto Mark = [&](const LibraryReference &Reference) {
    if (auto Index = Table.find(Reference.Name))
      IsReferenced[*Index] = 1;
  };
  visitLibraryReferences(Mark);
  List<uint32_t> Found;
  for (uint32_t I = 0; I != Names.size(); ++I)
    if (IsReferenced[I])
      Found.push(I);
  return Found;
}

} // namespace remoterun::executor

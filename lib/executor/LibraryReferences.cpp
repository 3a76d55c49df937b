//===- LibraryReferences.cpp - What the loaded libraries refer to ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/LibraryReferences.h"
#include "executor/NameTable.h"

#include <cstring>
#include <elf.h>
#include <link.h>
#include <span>

namespace remoterun::executor {

namespace {

/// The parts of a loaded library's dynamic section (ELF gABI, "Dynamic
/// Section") that say what it refers to.
struct DynamicTables {
  const ElfW(Sym) *Symbols = nullptr;
  const char *Strings = nullptr;
  std::span<const ElfW(Rela)> Relocations;
  std::span<const ElfW(Rela)> PltRelocations;
};

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
  const ElfW(Rela) *Relocations = nullptr, *PltRelocations = nullptr;
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
    case DT_RELA:
      Relocations = reinterpret_cast<const ElfW(Rela) *>(At(Entry->d_un.d_ptr));
      break;
    case DT_RELASZ:
      Size = Entry->d_un.d_val / sizeof(ElfW(Rela));
      break;
    case DT_JMPREL:
      PltRelocations =
          reinterpret_cast<const ElfW(Rela) *>(At(Entry->d_un.d_ptr));
      break;
    case DT_PLTRELSZ:
      PltSize = Entry->d_un.d_val / sizeof(ElfW(Rela));
      break;
    }
  }
  if (Relocations)
    Tables.Relocations = {Relocations, Size};
  if (PltRelocations)
    Tables.PltRelocations = {PltRelocations, PltSize};
  return Tables;
}

/// Whether the relocation puts a symbol's plain address in its slot.
bool bindsSymbol(uint32_t Type) {
#if defined(__x86_64__)
  return Type == R_X86_64_JUMP_SLOT || Type == R_X86_64_GLOB_DAT ||
         Type == R_X86_64_64;
#else
#error "this search has not been ported to this architecture"
#endif
}

/// The psABI ignores the addend of the other two.
uintptr_t addend(const ElfW(Rela) & Relocation) {
  return ELF64_R_TYPE(Relocation.r_info) == R_X86_64_64
             ? static_cast<uintptr_t>(Relocation.r_addend)
             : 0;
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
    for (const ElfW(Rela) &Relocation : Relocations) {
      if (!bindsSymbol(ELF64_R_TYPE(Relocation.r_info)))
        continue;
      const ElfW(Sym) &Symbol = Tables.Symbols[ELF64_R_SYM(Relocation.r_info)];
      auto *Slot = reinterpret_cast<uintptr_t *>(Library->dlpi_addr +
                                                 Relocation.r_offset);
      Wanted.Visitor(
          {Tables.Strings + Symbol.st_name, Slot, addend(Relocation)},
          Wanted.Context);
    }
  }
  return 0;
}

} // namespace

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

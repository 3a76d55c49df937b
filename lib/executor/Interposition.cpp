//===- Interposition.cpp - Guest symbols in place of libraries' -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/Interposition.h"

#include <cstring>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

using Definition = wire::Interpose::Definition;
using Variable = wire::Interpose::Variable;

namespace {

/// Names to replacements, by open addressing: libstdc++ alone has thousands of
/// references to test.
class DefinitionTable {
public:
  explicit DefinitionTable(const List<Definition> &Definitions) {
    size_t Size = 16;
    while (Size < Definitions.size() * 2)
      Size *= 2;
    Slots.resize(Size);
    std::memset(static_cast<void *>(Slots.data()), 0,
                Size * sizeof(const Definition *));
    for (const Definition &Entry : Definitions)
      *slot(Entry.Name) = &Entry;
  }

  const Definition *find(std::string_view Name) { return *slot(Name); }

private:
  /// The slot that holds \p Name, or the empty one where it belongs.
  const Definition **slot(std::string_view Name) {
    size_t Hash = 5381;
    for (unsigned char C : Name)
      Hash = Hash * 33 + C;
    for (;; ++Hash) {
      const Definition *&Slot = Slots[Hash & (Slots.size() - 1)];
      if (!Slot || Slot->Name == Name)
        return &Slot;
    }
  }

  List<const Definition *> Slots;
};

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

/// A slot that holds a symbol's plain address.
bool bindsSymbol(uint32_t Type) {
#if defined(__x86_64__)
  return Type == R_X86_64_JUMP_SLOT || Type == R_X86_64_GLOB_DAT ||
         Type == R_X86_64_64;
#else
#error "interposition has not been ported to this architecture"
#endif
}

/// The psABI ignores the addend of the other two.
uintptr_t addend(const ElfW(Rela) & Relocation) {
  return ELF64_R_TYPE(Relocation.r_info) == R_X86_64_64
             ? static_cast<uintptr_t>(Relocation.r_addend)
             : 0;
}

struct Search {
  DefinitionTable Table;
  const List<Variable> &Variables;
  List<BoundReference> &Found;

  /// What the guest has in place of what \p Slot is bound to; 0 for nothing.
  uintptr_t replacement(const char *Name, const uintptr_t *Slot,
                        uintptr_t Addend) {
    if (const Definition *Found = Table.find(Name))
      return static_cast<uintptr_t>(Found->Address.value()) + Addend;
    // By address: libc knows environ by three names.
    for (const Variable &Moved : Variables)
      if (*Slot == Moved.Library.value())
        return static_cast<uintptr_t>(Moved.Copy.Start.value());
    return 0;
  }
};

int searchLibrary(dl_phdr_info *Library, size_t, void *Context) {
  auto &Wanted = *static_cast<Search *>(Context);
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
      if (uintptr_t Replacement = Wanted.replacement(
              Tables.Strings + Symbol.st_name, Slot, addend(Relocation)))
        Wanted.Found.push({Slot, Replacement});
    }
  }
  return 0;
}

/// Whether the dynamic linker has made the page at \p Page read-only: a whole
/// page of a library's RELRO. It leaves a last page that is shared with data
/// writable, and so it must stay.
bool isRelro(uintptr_t Page, uintptr_t PageSize) {
  struct Query {
    uintptr_t Page;
    uintptr_t PageSize;
    bool IsRelro;
  } Asked = {Page, PageSize, false};
  dl_iterate_phdr(
      [](dl_phdr_info *Library, size_t, void *Context) {
        auto &Asked = *static_cast<Query *>(Context);
        for (int I = 0; I != Library->dlpi_phnum; ++I) {
          const ElfW(Phdr) &Segment = Library->dlpi_phdr[I];
          uintptr_t Start = Library->dlpi_addr + Segment.p_vaddr;
          uintptr_t Mask = ~(Asked.PageSize - 1);
          if (Segment.p_type == PT_GNU_RELRO && Asked.Page >= (Start & Mask) &&
              Asked.Page < ((Start + Segment.p_memsz) & Mask))
            Asked.IsRelro = true;
        }
        return 0;
      },
      &Asked);
  return Asked.IsRelro;
}

} // namespace

Expected<Interposition> Interposition::find(const wire::Interpose &Request,
                                            const Slab &Slab) {
  for (const Definition &Entry : Request.Definitions)
    if (!Slab.holds({Entry.Address, 1}))
      return failure("protocol error: a replacement that is not in the "
                     "reserved segments");
  for (const Variable &Moved : Request.Variables)
    if (!Slab.holds(Moved.Copy, wire::Protection::ReadWrite))
      return failure("protocol error: a replacement variable that is not in "
                     "writable memory");
  Interposition Made;
  Made.Variables.append(Request.Variables.data(), Request.Variables.size());
  Search Wanted{DefinitionTable(Request.Definitions), Made.Variables,
                Made.References};
  dl_iterate_phdr(searchLibrary, &Wanted);
  return Made;
}

void Interposition::apply() {
  for (const Variable &Moved : Variables)
    std::memcpy(memoryAt(Moved.Copy.Start), memoryAt(Moved.Library),
                Moved.Copy.Size);
  uintptr_t PageSize = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (const BoundReference &Reference : References) {
    uintptr_t PageAddress =
        reinterpret_cast<uintptr_t>(Reference.Slot) & ~(PageSize - 1);
    void *Page = reinterpret_cast<void *>(PageAddress);
    bool Relro = isRelro(PageAddress, PageSize);
    if (Relro && ::mprotect(Page, PageSize, PROT_READ | PROT_WRITE) != 0)
      continue;
    *Reference.Slot = Reference.Replacement;
    if (Relro)
      ::mprotect(Page, PageSize, PROT_READ);
  }
}

} // namespace remoterun::executor

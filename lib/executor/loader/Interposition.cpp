//===- Interposition.cpp - Guest symbols in place of libraries' -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/Interposition.h"
#include "executor/base/NameTable.h"
#include "executor/loader/LibraryReferences.h"

#include <cstring>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace remoterun::executor {

using Definition = wire::Interpose::Definition;
using Copy = wire::Interpose::Copy;
using Variable = wire::Interpose::Variable;

namespace {

struct Search {
  const List<Definition> &Definitions;
  NameTable Names;
  const List<Variable> &Variables;
  List<BoundReference> &Found;

  void operator()(const LibraryReference &Reference) {
    if (uintptr_t Replacement = replacement(Reference))
      Found.push({Reference.Slot, Replacement});
  }

  /// What the guest has in place of what the slot is bound to; 0 for nothing.
  uintptr_t replacement(const LibraryReference &Reference) const {
    if (auto Index = Names.find(Reference.Name))
      return static_cast<uintptr_t>(Definitions[*Index].Address.value()) +
             Reference.addend();
    // By address: libc knows environ by three names.
    for (const Variable &Moved : Variables)
      if (*Reference.Slot == Moved.Library.value())
        return static_cast<uintptr_t>(Moved.Copy.Start.value());
    return 0;
  }
};

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
  for (const Copy &Each : Request.Copies)
    if (!Slab.holds(Each.Place, wire::Protection::ReadWrite))
      return failure("protocol error: a copy of a variable that is not in "
                     "writable memory");
  for (const Definition &Function : Request.Functions)
    if (!Slab.holds({Function.Address, 1}))
      return failure("protocol error: a function that is not in the reserved "
                     "segments");
  Interposition Made;
  Made.Variables.append(Request.Variables.data(), Request.Variables.size());
  List<std::string_view> Names;
  for (const Definition &Entry : Request.Definitions)
    Names.push(Entry.Name);
  Search Wanted{Request.Definitions, NameTable(Names.span()), Made.Variables,
                Made.References};
  visitLibraryReferences(Wanted);
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

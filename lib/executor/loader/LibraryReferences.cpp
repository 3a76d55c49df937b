//===- LibraryReferences.cpp - What the loaded libraries refer to ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/LibraryReferences.h"
#include "executor/base/Libc.h"
#include "executor/loader/LinkMap.h"

#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace remoterun::executor {

namespace {

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

} // namespace

uintptr_t LibraryReference::addend() const {
  return hasAddend(typeOf(Relocation)) ? addendOf(Relocation, *this) : 0;
}

void visitLibraryReferences(void (*Visitor)(const LibraryReference &, void *),
                            void *Context) {
  for (const LinkMapEntry &Library : linkMap()) {
    if (Library.isExecutable())
      continue;
    Library.Tables.forEachReference(
        [&](std::string_view Name, const LibraryRelocation &Relocation) {
          auto *Slot =
              reinterpret_cast<uintptr_t *>(Library.Base + Relocation.r_offset);
          Visitor({Name.data(), Slot, Relocation}, Context);
        });
  }
}

ReferencedNames::ReferencedNames(std::span<const std::string_view> Names)
    : Names(Names), Table(Names) {
  IsReferenced.resize(Names.size());
  if (!Names.empty())
    std::memset(IsReferenced.data(), 0, IsReferenced.size());
}

void ReferencedNames::mark(std::string_view Name) {
  if (auto Index = Table.find(Name))
    IsReferenced[*Index] = 1;
}

void ReferencedNames::markThoseOfLibraries() {
  if (IsReferenced.empty())
    return;
  for (const LinkMapEntry &Library : linkMap())
    if (!Library.isExecutable() && !Library.IsKernels)
      markThoseOf(Library.Tables);
}

void ReferencedNames::markDefined(const DynamicTables &Tables) {
  for (uint32_t I = 0; I != Names.size(); ++I)
    if (!IsReferenced[I] && Table.find(Names[I]) == I)
      if (auto Name = SymbolName::parse(Names[I]))
        IsReferenced[I] = Tables.find(*Name).has_value();
}

void ReferencedNames::markThoseOf(const DynamicTables &Tables) {
  if (IsReferenced.empty())
    return;
  Tables.forEachReference(
      [&](std::string_view Name, const LibraryRelocation &) { mark(Name); });
  Tables.forEachThreadLocalOfOthers([&](std::string_view Name) { mark(Name); });
  markDefined(Tables);
}

List<uint32_t> ReferencedNames::indices() const {
  List<uint32_t> Found;
  for (uint32_t I = 0; I != IsReferenced.size(); ++I)
    if (IsReferenced[I])
      Found.push(I);
  return Found;
}

} // namespace remoterun::executor

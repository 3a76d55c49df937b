//===- Inspection.cpp - Lookup without loading ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/symbols/Inspection.h"
#include "executor/base/CString.h"
#include "executor/base/Libc.h"
#include "executor/loader/LibraryReferences.h"
#include "executor/symbols/DefaultLibraries.h"

#include <algorithm>
#include <bit>
#include <dlfcn.h>

namespace remoterun::executor {

std::optional<Definition> findAmongLoaded(const LibraryClosure &Libraries,
                                          const SymbolName &Name) {
  for (uint32_t I = 0; I != Libraries.all().size(); ++I)
    if (Libraries[I].Loaded)
      if (auto Found = Libraries[I].Tables.find(Name))
        return Definition{*Found, I};
  // Last, since its definitions are copies of libraries' variables, which have
  // versions there.
  if (auto Found = Libraries.executable().find(Name))
    return Definition{*Found, std::nullopt};
  return std::nullopt;
}

static void *findIn(void *Handle, const SymbolName &Name) {
  CString Terminated(Name.Name);
  if (Name.Version.empty())
    return libc.dlsym(Handle, Terminated.get());
  return libc.dlvsym(Handle, Terminated.get(), CString(Name.Version).get());
}

std::optional<Definition> Inspection::find(const SymbolName &Name) {
  LibraryClosure &Closure = Libraries.closure();
  if (ProcessSymbols)
    if (auto Found = findAmongLoaded(Closure, Name))
      return Found;
  if (!HasOrder)
    Order = Closure.order();
  HasOrder = true;
  for (uint32_t Number : Order)
    if (auto Found = Closure[Number].Tables.find(Name))
      return Definition{*Found, Number};
  return std::nullopt;
}

void Inspection::demand(const SymbolName &Name) {
  if (!ProcessSymbols || find(Name))
    return;
  for (unsigned Index : defaultLibrariesFor(Name.Name)) {
    auto Number = Libraries.findDefault(Index);
    // It may have been loaded for that.
    HasOrder = false;
    if (!Number || !Libraries.closure()[*Number].Tables.find(Name))
      continue;
    Demanded |= 1u << Index;
    return;
  }
}

void Inspection::requireDemanded() {
  for (unsigned Index = 0; Index != DefaultLibraryCount; ++Index)
    if (Demanded & (1u << Index))
      Libraries.requireDefault(Index);
  HasOrder = false;
}

bool Inspection::isLoaded(const Definition &Found) {
  return !Found.Library || Libraries.closure()[*Found.Library].Loaded;
}

ExecutorAddr Inspection::addressOf(const SymbolName &Name,
                                   const Definition &Found) {
  if (!isLoaded(Found))
    return {};
  // Not by the symbol's value: it may be a function that says where the real
  // one is, or a thread-local variable.
  void *Address = ProcessSymbols ? findIn(RTLD_DEFAULT, Name) : nullptr;
  if (!Address && Found.Library)
    if (void *Handle = libc.dlopen(Libraries.closure()[*Found.Library].Path,
                                   RTLD_LAZY | RTLD_NOLOAD))
      Address = findIn(Handle, Name);
  return ExecutorAddr(reinterpret_cast<uintptr_t>(Address));
}

uint32_t Inspection::versionOf(const Definition &Found) {
  if (Found.Symbol.Version.empty() || !Found.Library)
    return 0;
  std::string_view Library = Libraries.closure()[*Found.Library].Name;
  for (uint32_t I = 0; I != Versions.size(); ++I)
    if (Versions[I].Name == Found.Symbol.Version &&
        Versions[I].Library == Library)
      return I + 1;
  Versions.push({Library, Found.Symbol.Version});
  return static_cast<uint32_t>(Versions.size());
}

wire::LookupReply::Symbol Inspection::answerFor(const SymbolName &Name) {
  auto Found = find(Name);
  if (!Found)
    return {};
  ExecutorAddr Address = addressOf(Name, *Found);
  if (Address.isNull() && isLoaded(*Found))
    return {};
  constexpr int Most = wire::LookupReply::MostAlignment;
  int Alignment = Found->Symbol.Size
                      ? std::min(std::countr_zero(Found->Symbol.Value), Most)
                      : 0;
  return {.Kind = Found->Symbol.Kind,
          .Address = Address,
          .Size = Found->Symbol.Size,
          .DataAlignment = static_cast<uint8_t>(Alignment),
          .Version = versionOf(*Found)};
}

Expected<void> Inspection::complete(std::span<const std::string_view> Spare,
                                    wire::LookupReply &Reply) {
  ReferencedNames Referenced(Spare);
  Referenced.markThoseOfLibraries();
  LibraryClosure &Closure = Libraries.closure();
  for (uint32_t Number : Closure.order())
    if (!Closure[Number].Loaded)
      Referenced.markThoseOf(Closure[Number].Tables);
  Reply.Referenced = Referenced.indices();
  Reply.Needed = Libraries.needed();
  Reply.Versions = std::move(Versions);
  for (const char *Directory : Libraries.directories())
    Reply.Directories.push(Directory);
  uint64_t Text = 0;
  for (const auto *Names : {&Reply.Needed, &Reply.Directories})
    for (std::string_view Name : *Names)
      Text += 4 + Name.size();
  for (const wire::LookupReply::Version &Version : Reply.Versions)
    Text += 8 + Version.Library.size() + Version.Name.size();
  if (Text > wire::LookupReply::MostText)
    return failure("the names of libraries and of their versions are longer "
                   "than a reply may have");
  return {};
}

} // namespace remoterun::executor

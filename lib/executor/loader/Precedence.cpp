//===- Precedence.cpp - The program comes before libraries ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/loader/Precedence.h"
#include "executor/loader/LinkMap.h"
#include "executor/loader/OwnSymbols.h"

namespace remoterun::executor {

using Definition = wire::Interpose::Definition;

static bool isDefinedBy(const List<LinkMapEntry> &Loaded,
                        std::string_view Wanted) {
  auto Name = SymbolName::parse(Wanted);
  if (!Name)
    return false;
  for (const LinkMapEntry &Object : Loaded)
    if (!Object.isExecutable() && !Object.IsKernels)
      if (Object.Tables.find(*Name))
        return true;
  return false;
}

Expected<void> putBeforeLibraries(std::span<const Definition> Definitions,
                                  const Slab &Program) {
  List<LinkMapEntry> Loaded;
  if (Program.isForImage())
    Loaded = linkMap();
  List<OwnSymbol> Symbols;
  for (const Definition &Own : Definitions) {
    if (Program.isForImage() && !isDefinedBy(Loaded, Own.Name))
      continue;
    bool IsCode =
        Program.holds({Own.Address, 1}, wire::Protection::ReadExecute);
    Symbols.push(
        {.Name = Own.Name,
         .Address = Own.Address,
         .What = IsCode ? OwnSymbol::Kind::Function : OwnSymbol::Kind::Data});
  }
  // In another's process, a library that is loaded later may have to bind to
  // another's definition.
  if (Symbols.empty() || !canDefineInExecutable())
    return {};
  return defineInExecutable(Symbols.span());
}

} // namespace remoterun::executor

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

static bool isDefinedBefore(const Definition &Own,
                            const List<LinkMapEntry> &Loaded) {
  auto Name = SymbolName::parse(Own.Name);
  if (!Name)
    return false;
  for (const LinkMapEntry &Object : Loaded)
    if (!Object.isExecutable() && !Object.IsKernels)
      if (auto Found = Object.Tables.find(*Name))
        // Of its own image, this is itself.
        return Object.Base + Found->Value != Own.Address.value();
  return false;
}

void putBeforeLibraries(std::span<const Definition> Definitions,
                        const Slab &Program) {
  List<LinkMapEntry> Loaded;
  if (Program.isForImage())
    Loaded = linkMap();
  List<OwnSymbol> Symbols;
  for (const Definition &Own : Definitions) {
    if (Program.isForImage() && !isDefinedBefore(Own, Loaded))
      continue;
    bool IsCode =
        Program.holds({Own.Address, 1}, wire::Protection::ReadExecute);
    Symbols.push(
        {.Name = Own.Name,
         .Address = Own.Address,
         .What = IsCode ? OwnSymbol::Kind::Function : OwnSymbol::Kind::Data});
  }
  // Without, a library that is loaded later binds to another's definition.
  if (!Symbols.empty())
    (void)!defineInExecutable(Symbols.span());
}

} // namespace remoterun::executor

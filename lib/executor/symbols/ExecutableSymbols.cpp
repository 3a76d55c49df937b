//===- ExecutableSymbols.cpp - The program's for libraries ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===-------------------------------------------------------------------------------===//

#include "executor/symbols/ExecutableSymbols.h"
#include "executor/loader/OwnSymbols.h"
#include "executor/loader/Precedence.h"
#include "executor/tls/ThreadLocals.h"

namespace remoterun::executor {

Expected<void> defineForLibraries(const wire::Interpose &Request,
                                  const Slab &Program, Symbols &Names) {
  if (auto Done = putBeforeLibraries(Request.Definitions.span(), Program);
      !Done)
    return Done;
  List<OwnSymbol> Own;
  auto DefineCopy = [&](std::string_view Name, ExecutorRange Place) {
    Own.push({.Name = Name,
              .Address = Place.Start,
              .Size = Place.Size,
              .What = OwnSymbol::Kind::Data});
  };
  for (const wire::Interpose::Copy &Each : Request.Copies)
    Names.forEachNameOf(Each.Name, [&](std::string_view Name) {
      DefineCopy(Name, Each.Place);
    });
  // Last, so that they count: two names of one variable may have two places.
  for (const wire::Interpose::Copy &Each : Request.Copies)
    DefineCopy(Each.Name, Each.Place);
  for (const wire::Interpose::Definition &Each : Request.Functions)
    Own.push({.Name = Each.Name,
              .Address = Each.Address,
              .What = OwnSymbol::Kind::OthersFunction});
  for (const wire::Interpose::ThreadLocal &Each : Request.ThreadLocals) {
    auto Offset = offsetInExecutable(Each.Offset, Each.Size);
    if (!Offset)
      return failure("protocol error: a thread-local variable that is not in "
                     "the block");
    Own.push({.Name = Each.Name,
              .Address = ExecutorAddr(*Offset),
              .Size = Each.Size,
              .What = OwnSymbol::Kind::ThreadLocal});
  }
  return Own.empty() ? Expected<void>() : defineInExecutable(Own.span());
}

} // namespace remoterun::executor

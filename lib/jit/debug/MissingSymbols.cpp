//===- MissingSymbols.cpp - The diagnostic of undefined symbols -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/debug/MissingSymbols.h"
#include "jit/base/SymbolNames.h"
#include "jit/debug/FunctionTable.h"
#include "jit/debug/SymbolReferences.h"

using namespace llvm;

namespace remoterun::jit {

Failure undefinedSymbols(const std::vector<std::string> &Names,
                         const std::vector<ProgramObject> &Objects,
                         const SourceFiles &Files, const AdviceScope &Scope,
                         const StringMap<size_t> &Further) {
  std::string Message =
      Names.size() == 1 ? "undefined symbol"
                        : std::to_string(Names.size()) + " undefined symbols";
  Message += std::string("; ") + Scope.WaysOut;
  ArrayRef<std::string> Shown = ArrayRef(Names).take_front(SymbolsShown);
  auto References = findReferences(Shown, Objects, Files, ReferencesShown);
  for (const std::string &Name : Shown) {
    Message += "\n>>> undefined symbol: " + demangledFunction(Name);
    const SymbolReferences &Its = References[Name];
    for (const std::string &Place : Its.Places)
      Message += "\n>>>   referenced by " + Place;
    if (size_t More = Its.More + Further.lookup(Name))
      Message += "\n>>>   referenced " + std::to_string(More) +
                 (More == 1 ? " more time" : " more times");
  }
  if (Names.size() > Shown.size())
    Message +=
        "\n>>> and " + std::to_string(Names.size() - Shown.size()) + " more";
  for (const std::string &Advice : adviseOn(Names, Scope))
    Message += "\n>>> " + Advice;
  return {Blame::Input, std::move(Message)};
}

} // namespace remoterun::jit

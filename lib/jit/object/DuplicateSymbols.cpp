//===- DuplicateSymbols.cpp - What is defined more than once --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/object/DuplicateSymbols.h"
#include "jit/base/SymbolNames.h"

#include "llvm/ADT/ArrayRef.h"

using namespace llvm;

namespace remoterun::jit {

void DuplicateSymbols::add(StringRef Name, const std::string &First,
                           const std::string &Another) {
  auto [Known, IsNew] = Numbers.try_emplace(Name, Symbols.size());
  if (IsNew)
    Symbols.push_back({Name.str(), {First}});
  Symbols[Known->second].Places.push_back(Another);
}

Expected<void> DuplicateSymbols::check() const {
  if (Symbols.empty())
    return {};
  bool IsOne = Symbols.size() == 1;
  std::string Message =
      IsOne ? "" : std::to_string(Symbols.size()) + " duplicate symbols";
  for (const Symbol &Each : ArrayRef(Symbols).take_front(SymbolsShown)) {
    Message += (IsOne ? "" : "\n>>> ") + std::string("duplicate symbol: ") +
               demangledFunction(Each.Name);
    for (const std::string &Place : Each.Places)
      Message += (IsOne ? "\n>>> " : "\n>>>   ") + ("defined in " + Place);
  }
  if (Symbols.size() > SymbolsShown)
    Message +=
        "\n>>> and " + std::to_string(Symbols.size() - SymbolsShown) + " more";
  return Failure{Blame::Input, std::move(Message)};
}

} // namespace remoterun::jit

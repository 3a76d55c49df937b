//===- DuplicateSymbols.h - What is defined more than once ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_DUPLICATESYMBOLS_H
#define REMOTERUN_JIT_OBJECT_DUPLICATESYMBOLS_H

#include "remote-run/Failure.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// Of symbols that are wrong in one way, so many are told in full.
constexpr size_t SymbolsShown = 10;

/// Collects symbols that have several strong definitions, so that a diagnostic
/// tells of them all.
class DuplicateSymbols {
public:
  /// \p Name, which \p First defines, is defined in \p Another as well.
  void add(llvm::StringRef Name, const std::string &First,
           const std::string &Another);

  /// Fails if there are any, with the places of the first ones.
  Expected<void> check() const;

private:
  llvm::StringMap<size_t> Numbers; ///< Indices of Symbols.
  struct Symbol {
    std::string Name;
    std::vector<std::string> Places;
  };
  std::vector<Symbol> Symbols; ///< In the order in which they were found.
};

} // namespace remoterun::jit

#endif

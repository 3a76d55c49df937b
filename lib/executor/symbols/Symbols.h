//===- Symbols.h - Names to addresses in the executor -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a native link of the program would have found: the libraries that the
// user named, libc, then the libraries that a compiler driver links by default
// (loaded only when a name asks for it, since most C programs need none of
// them), and the few helpers that exist in static archives only.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_SYMBOLS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_SYMBOLS_H

#include "executor/base/Failure.h"
#include "executor/loader/SymbolName.h"
#include "executor/symbols/RequestedLibraries.h"
#include "remote-run/ExecutorAddr.h"
#include "wire/Messages.h"

namespace remoterun::executor {

class Symbols {
public:
  /// Finds what comes before all libraries; null for none.
  using FindFirst = ExecutorAddr (*)(const void *Context,
                                     std::string_view Name);

  /// Of a process that is to be the program's.
  Symbols() = default;
  /// Of one that stays what it is: nothing stands in for libc's functions, and
  /// what \p Find finds with \p Context comes first.
  Symbols(FindFirst Find, const void *Context)
      : Find(Find), Context(Context), Libraries(/*GivesShims=*/false) {}

  /// What it opens stays open until the process ends.
  Expected<void> load(const wire::Load &Request);

  /// The texts in the reply live until the next request.
  Expected<wire::LookupReply> lookup(const wire::Lookup &Request);

  /// Calls \p Visitor with all names of the variable \p Name of a library that
  /// is not loaded yet, that one included.
  template <typename VisitorT>
  void forEachNameOf(std::string_view Name, VisitorT Visitor) {
    LibraryClosure &Closure = Libraries.closure();
    auto Wanted = SymbolName::parse(Name);
    for (uint32_t Number : Closure.order())
      if (auto Found =
              Wanted ? Closure[Number].Tables.find(*Wanted) : std::nullopt)
        return Closure[Number].Tables.forEachVariableAt(Found->Value, Visitor);
  }

private:
  using Answer = wire::LookupReply::Symbol;

  Expected<wire::LookupReply> lookupLoading(const wire::Lookup &Request);
  Expected<wire::LookupReply> lookupInspecting(const wire::Lookup &Request);
  /// The executor's own function or variable for \p Name, where that comes
  /// before all libraries.
  Answer findOwn(const SymbolName &Name) const;
  Answer findLoading(const SymbolName &Name, bool MayLoad);
  ExecutorAddr findInLoaded(const SymbolName &Name);
  bool loadDefaultFor(std::string_view Name);

  FindFirst Find = nullptr;
  const void *Context = nullptr;
  RequestedLibraries Libraries;
  bool ProcessSymbols = true;
};

} // namespace remoterun::executor

#endif

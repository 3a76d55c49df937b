//===- Inspection.h - Lookup without loading --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Natively, libraries are loaded when the program's bytes are in place: they
// bind to it, and their constructors find it. So that it may be so here, too,
// what they define is told from their files.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_INSPECTION_H
#define REMOTERUN_EXECUTOR_SYMBOLS_INSPECTION_H

#include "executor/loader/LibraryClosure.h"
#include "executor/loader/SymbolName.h"
#include "executor/symbols/RequestedLibraries.h"
#include "wire/Messages.h"

namespace remoterun::executor {

/// What a name would be bound to.
struct Definition {
  DynamicSymbol Symbol;
  /// Its number in the closure; none for the executable.
  std::optional<uint32_t> Library;
};

/// The first definition among what is loaded, as far as the dynamic linker's
/// order of search can be told from the order of loading.
std::optional<Definition> findAmongLoaded(const LibraryClosure &Libraries,
                                          const SymbolName &Name);

/// One Lookup.
class Inspection {
public:
  /// \p ProcessSymbols: not only the libraries that Load named are searched.
  Inspection(RequestedLibraries &Libraries, bool ProcessSymbols)
      : Libraries(Libraries), ProcessSymbols(ProcessSymbols) {}

  /// Notes which default library has \p Name, if nothing else has.
  void demand(const SymbolName &Name);
  /// When all have been demanded: makes these libraries the program's.
  void requireDemanded();

  /// What \p Name will be bound to, and where that is loaded, its address.
  wire::LookupReply::Symbol answerFor(const SymbolName &Name);
  /// Puts into \p Reply what it has to say beside the answers.
  Expected<void> complete(std::span<const std::string_view> Spare,
                          wire::LookupReply &Reply);

private:
  std::optional<Definition> find(const SymbolName &Name);
  bool isLoaded(const Definition &Found);
  /// Null where it is not loaded.
  ExecutorAddr addressOf(const SymbolName &Name, const Definition &Found);
  uint32_t versionOf(const Definition &Found);

  RequestedLibraries &Libraries;
  bool ProcessSymbols;
  /// A bit for each default library.
  unsigned Demanded = 0;
  /// Of the closure; made again when it may have changed.
  List<uint32_t> Order;
  bool HasOrder = false;
  List<wire::LookupReply::Version> Versions;
};

} // namespace remoterun::executor

#endif

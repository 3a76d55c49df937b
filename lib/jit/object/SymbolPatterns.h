//===- SymbolPatterns.h - Names of symbols, and wildcards -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of version scripts and dynamic lists (GNU ld's manual, "VERSION Command" and
// "--dynamic-list"), and of options that take a wildcard for a symbol.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_SYMBOLPATTERNS_H
#define REMOTERUN_JIT_OBJECT_SYMBOLPATTERNS_H

#include "remote-run/Failure.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/GlobPattern.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

class SymbolPatterns {
public:
  /// How exactly a symbol is meant: of two lists, the one that is more exact
  /// about it counts.
  enum class Match : uint8_t { None, All, Wildcard, Exact };

  /// Fails for a wildcard that is malformed. \p IsCxx: it is of a demangled
  /// name (extern "C++").
  Expected<void> add(llvm::StringRef Pattern, bool IsCxx = false);
  /// The same for a name that is no wildcard, whatever is in it.
  void addName(llvm::StringRef Name, bool IsCxx = false);

  /// Of a version, as in "f@V", only the name counts.
  Match match(llvm::StringRef Symbol) const;
  bool contains(llvm::StringRef Symbol) const {
    return match(Symbol) != Match::None;
  }
  bool empty() const {
    return !ContainsAll && Plain.empty() && Demangled.empty();
  }

private:
  struct Wildcard {
    std::shared_ptr<const std::string> Text; ///< Which Pattern refers to.
    llvm::GlobPattern Pattern;
  };
  struct List {
    llvm::StringSet<> Names;
    std::vector<Wildcard> Wildcards;

    bool empty() const { return Names.empty() && Wildcards.empty(); }
    Match match(llvm::StringRef Name) const;
  };

  bool ContainsAll = false;
  List Plain, Demangled;
};

/// What a version script says of symbols: the versions themselves concern who
/// links against a file, and there is none.
struct VersionScript {
  SymbolPatterns Global, Local;

  /// Adds that of \p Text, the contents of \p File.
  Expected<void> parse(llvm::StringRef Text, const std::string &File);
  /// Whether \p Symbol is nobody's but the program's.
  bool hides(llvm::StringRef Symbol) const {
    return Local.match(Symbol) > Global.match(Symbol);
  }
};

/// Adds the symbols of a dynamic list, the contents \p Text of \p File, to
/// \p Listed.
Expected<void> parseDynamicList(llvm::StringRef Text, const std::string &File,
                                SymbolPatterns &Listed);

} // namespace remoterun::jit

#endif

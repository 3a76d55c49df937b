//===- SymbolRules.h - What options say of symbols --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linker's options can give a name another meaning, and decide who beside the
// program may know it. Each is as in GNU ld's manual, "Command-line Options".
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_SYMBOLRULES_H
#define REMOTERUN_JIT_OBJECT_SYMBOLRULES_H

#include "jit/object/SymbolPatterns.h"

#include "llvm/ADT/StringMap.h"

#include <cstdint>
#include <optional>

namespace remoterun::jit {

/// A program that refers to one of these functions may have plug-ins, which
/// find in it what they want. (Such a one is linked with -rdynamic natively,
/// and IR does not tell. Not so of dlsym, by which many look for what an older
/// libc lacks.)
bool mayLoadPlugIns(llvm::StringRef Function);

/// Which of the program's symbols others may find.
struct ExportRules {
  /// --export-dynamic or --no-export-dynamic.
  std::optional<bool> Everything;
  /// --dynamic-list-data: all variables.
  bool Data = false;
  /// --dynamic-list, --export-dynamic-symbol.
  SymbolPatterns Listed;
  VersionScript Versions;
  /// --exclude-libs: names of archives, without their folders; "ALL" for all.
  llvm::StringSet<> ExcludedArchives;

  bool lists(llvm::StringRef Symbol, bool IsData) const {
    return (Data && IsData) || Listed.contains(Symbol);
  }
  /// Whether what a member of \p Archive, a path, defines is nobody else's.
  bool excludes(llvm::StringRef Archive) const;
};

struct SymbolRules {
  /// --defsym. Without a symbol, the offset is all of the value.
  struct Assignment {
    std::string Name;
    std::string Symbol;
    uint64_t Offset = 0;
  };

  ExportRules Exports;
  std::vector<Assignment> Assignments;
  /// --undefined: looked for in archives, and may be missing in the end.
  std::vector<std::string> Undefined;
  /// --require-defined: may not.
  std::vector<std::string> Required;
  /// All of that as it was given, files with their contents: the program
  /// depends on it.
  std::vector<std::string> AsGiven;

  /// --wrap.
  void wrap(llvm::StringRef Name);
  bool wrapsAny() const { return !Wrapped.empty(); }
  bool wraps(llvm::StringRef Name) const { return Wrapped.contains(Name); }
  /// What the name of an undefined symbol stands for: of "f" that is wrapped,
  /// "__wrap_f", and "f" of "__real_f". As long-lived as this, or \p Name.
  llvm::StringRef meaningOf(llvm::StringRef Name) const;
  /// The same, but of "f" itself: where "f" is known to be the real one.
  llvm::StringRef realMeaningOf(llvm::StringRef Name) const;

  /// Reads \p Text, "symbol=expression", which is a symbol, a number, or a
  /// symbol and a number that is added or subtracted.
  Expected<void> assign(llvm::StringRef Text);
  bool assigns(llvm::StringRef Name) const;
  /// Symbols that these options refer to.
  std::vector<std::string> references() const;

private:
  llvm::StringMap<std::string> Wrapped; ///< With "__wrap_" before the name.
};

} // namespace remoterun::jit

#endif

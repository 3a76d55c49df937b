//===- SourceFiles.h - The files that a program is made of ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_SOURCEFILES_H
#define REMOTERUN_JIT_BASE_SOURCEFILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// Which file defines what, for diagnostics.
struct SourceFiles {
  std::vector<std::string> Names; ///< The main file is the first.
  /// The number of the file that defines a symbol, where there are several.
  llvm::StringMap<uint32_t> DefinedIn;

  const std::string &mainFile() const { return Names.front(); }
  /// What was linked into one program, to stand between quotes: "a.bc", or
  /// "a.bc' linked with 'b.bc".
  std::string together() const;
  /// The same of the files of these numbers, which are not none.
  std::string together(llvm::ArrayRef<uint32_t> Numbers) const;
  /// The file that defines \p Symbol, or a local one that was given a name of
  /// its own.
  const std::string &fileOf(llvm::StringRef Symbol) const;
};

} // namespace remoterun::jit

#endif

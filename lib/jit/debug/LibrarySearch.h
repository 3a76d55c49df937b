//===- LibrarySearch.h - Which installed library has a symbol ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a diagnostic: looked at when a program could not be linked, and never
// before. A look at all of a system's libraries has its bounds, in number and
// in time: what it does not find in them is not told.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_LIBRARYSEARCH_H
#define REMOTERUN_JIT_DEBUG_LIBRARYSEARCH_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Triple.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// A library that defines some of the symbols that were looked for.
struct InstalledLibrary {
  std::string Name;   ///< Of its file: "libz.so.1".
  std::string Option; ///< That loads it: "-lz", or "--dlopen=...".
  std::vector<std::string> Defines;

  /// "z", if it can be loaded as "-lz".
  llvm::StringRef linkName() const;
};

/// The libraries for \p Target in \p Directories (of -L) and in the system's
/// that define some of \p Names in their dynamic symbol tables.
std::vector<InstalledLibrary>
findInstalledLibraries(const llvm::StringSet<> &Names,
                       llvm::ArrayRef<std::string> Directories,
                       const llvm::Triple &Target);

} // namespace remoterun::jit

#endif

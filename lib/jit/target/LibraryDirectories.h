//===- LibraryDirectories.h - Where a target's libraries are ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_LIBRARYDIRECTORIES_H
#define REMOTERUN_JIT_TARGET_LIBRARYDIRECTORIES_H

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace remoterun::jit {

struct Isa;

struct LibraryDirectory {
  std::string Path;
  /// dlopen(3) looks there, too, for a name without a slash.
  bool IsOfLoader = true;
};

/// Where a linker that gcc or clang starts looks for libraries after the
/// directories of -L: gcc's own, those that Debian's ld has by default ("ld
/// --verbose", SEARCH_DIR), and clang's. With a \p Root, those below it, and of
/// the cross compiler. Not all of them need be there.
std::vector<LibraryDirectory> libraryDirectories(const Isa &Target,
                                                 llvm::StringRef Root);

/// The folder that an installed LLVM of our version has for itself,
/// "/usr/lib/llvm-22": that of clang-22 in PATH, or else Debian's.
std::string llvmFolder();

} // namespace remoterun::jit

#endif

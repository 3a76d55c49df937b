//===- LibraryFile.h - A shared library that is not loaded ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a library would bring can be told from its file. To load it would run
// its constructors, and bind its references, before the program exists.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LIBRARYFILE_H
#define REMOTERUN_EXECUTOR_LOADER_LIBRARYFILE_H

#include "executor/loader/DynamicTables.h"
#include "wire/Result.h"

#include <cstdint>
#include <span>
#include <sys/types.h>

namespace remoterun::executor {

/// Files with two names are one library.
struct FileIdentity {
  dev_t Device = 0;
  ino_t Inode = 0;

  bool operator==(const FileIdentity &) const = default;
};

/// That of the file at \p Path; all zero where there is none.
FileIdentity identityOf(const char *Path);

/// Mapped, until close(). A file that somebody truncates meanwhile ends the
/// process, as it does where the dynamic linker has mapped it.
struct LibraryFile {
  std::span<const uint8_t> Bytes;
  FileIdentity Identity;
  DynamicTables Tables;

  enum class Problem {
    Missing, ///< Or it cannot be opened.
    Foreign, ///< For another machine: the dynamic linker searches on.
    Damaged, ///< Or no shared library at all.
  };
  static Result<LibraryFile, Problem> open(const char *Path);
  /// Ends the life of everything that Tables has returned.
  void close() const;
};

} // namespace remoterun::executor

#endif

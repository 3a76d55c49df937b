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

#include "executor/base/MappedFile.h"
#include "executor/loader/DynamicTables.h"
#include "remote-run/Result.h"

#include <cstdint>
#include <span>

namespace remoterun::executor {

struct LibraryFile {
  /// To be unmapped, which ends the life of everything that Tables returns.
  MappedFile File;
  DynamicTables Tables;

  enum class Problem {
    Missing, ///< Or it cannot be opened.
    Foreign, ///< For another machine: the dynamic linker searches on.
    Damaged, ///< Or no shared library at all.
  };
  static Result<LibraryFile, Problem> open(const char *Path);
};

} // namespace remoterun::executor

#endif

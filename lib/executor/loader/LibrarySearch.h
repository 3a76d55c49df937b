//===- LibrarySearch.h - Where the dynamic linker finds it ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The file that a name will lead to (ld.so(8)), without its being loaded. Of
// several builds of one library for more or less able processors
// (glibc-hwcaps), any is found: they have the same symbols.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LIBRARYSEARCH_H
#define REMOTERUN_EXECUTOR_LOADER_LIBRARYSEARCH_H

#include "executor/base/TextStore.h"
#include "executor/loader/LibraryCache.h"
#include "executor/loader/LibraryFile.h"

#include <optional>
#include <string_view>

namespace remoterun::executor {

/// An object whose DT_NEEDED entries are followed.
struct Needer {
  const char *Path; ///< Its own.
  const DynamicTables *Tables;
  const Needer *NeededBy; ///< Null where that is the program.
};

struct FoundLibrary {
  const char *Path;    ///< As long as the search lives.
  LibraryFile Library; ///< Its file is to be unmapped.
};

class LibrarySearch {
public:
  /// What LD_LIBRARY_PATH says now is what the process was started with.
  LibrarySearch();

  /// \p By is null for what the program needs. Of the problems with the files
  /// of that name, the one that the dynamic linker would tell.
  Result<FoundLibrary, LibraryFile::Problem> find(std::string_view Name,
                                                  const Needer *By);

  /// The program has the dynamic linker search there, too (DT_RUNPATH).
  void addDirectory(const char *Path) { OfProgram.push(Path); }
  void dropLastDirectory() { OfProgram.resize(OfProgram.size() - 1); }
  const List<const char *> &directories() const { return OfProgram; }

private:
  class Attempt;

  const LibraryCache &cache();
  const List<const char *> &systemDirectories();

  TextStore Texts;
  std::string_view LibraryPath;
  List<const char *> OfProgram;
  std::optional<LibraryCache> Cache;
  std::optional<List<const char *>> SystemDirectories;
};

} // namespace remoterun::executor

#endif

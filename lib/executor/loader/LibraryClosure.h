//===- LibraryClosure.h - Libraries and what they need ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the dynamic linker would load for a program that needs some libraries,
// in the order in which it would search them (ELF gABI, "Shared Object
// Dependencies"), told from their files.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LIBRARYCLOSURE_H
#define REMOTERUN_EXECUTOR_LOADER_LIBRARYCLOSURE_H

#include "executor/loader/LibrarySearch.h"
#include "executor/loader/LinkMap.h"

#include <optional>

namespace remoterun::executor {

class LibraryClosure {
public:
  struct Library {
    /// As the first that needs it names it; the dynamic linker will know it by
    /// this name. As long as the closure lives.
    const char *Name;
    const char *Path;
    DynamicTables Tables;
    MappedFile File; ///< No bytes where it is loaded.
    /// Its place in the order of loading; none where only its file is mapped.
    std::optional<uint32_t> Loaded;
    /// The library whose need led here first; its own number for none.
    uint32_t NeededBy;
    bool IsFollowed; ///< What it needs is in Needs.
  };
  using Problem = LibraryFile::Problem;

  /// Knows what is loaded now.
  LibraryClosure();
  LibraryClosure(const LibraryClosure &) = delete;
  LibraryClosure &operator=(const LibraryClosure &) = delete;
  ~LibraryClosure();

  /// The number of the library that is meant if the program needs \p Name. It
  /// is not of the closure yet.
  Result<uint32_t, Problem> find(std::string_view Name);
  /// The same for a file that a linker was given: it has the program need the
  /// file's SONAME (ld's manual, -soname). \p File itself is meant where it is
  /// a path, whatever the SONAME leads to.
  /// One without an SONAME, if \p IsByName (-l), goes by the file's name.
  Result<uint32_t, Problem> findLinked(std::string_view File, bool IsByName);
  /// Has the program name a directory where libraries are (DT_RUNPATH).
  void addDirectory(std::string_view Path) {
    Search.addDirectory(Names.keep(Path));
  }
  const List<const char *> &directories() const { return Search.directories(); }
  /// Makes it one that the program needs, after those before. On failure, what
  /// it needs itself cannot be found, and the closure is as it was.
  Result<void, Problem> require(uint32_t Number);

  const Library &operator[](uint32_t Number) const { return All[Number]; }
  /// All that were found so far, those that are loaded first.
  std::span<const Library> all() const { return All.span(); }
  const DynamicTables &executable() const { return Executable; }
  /// The numbers of the closure's libraries, in the order of search.
  List<uint32_t> order() const;

private:
  struct Need {
    uint32_t From, To;
  };

  std::optional<uint32_t> known(std::string_view Name) const;
  std::optional<uint32_t> known(FileIdentity File);
  Result<uint32_t, Problem> findFor(std::string_view Name,
                                    std::optional<uint32_t> By);
  uint32_t add(std::string_view Name, const FoundLibrary &Found,
               std::optional<uint32_t> By);
  bool findByOtherName(std::string_view Name, FoundLibrary &Found);
  Result<uint32_t, Problem> addWithoutSoname(std::string_view File,
                                             FoundLibrary Found);
  Result<void, Problem> follow(uint32_t Number, List<uint32_t> &Further);

  LibrarySearch Search;
  TextStore Names;
  DynamicTables Executable;
  List<Library> All;
  bool KnowsLoadedFiles = false;
  List<Need> Needs;
  List<uint32_t> Required;
};

} // namespace remoterun::executor

#endif

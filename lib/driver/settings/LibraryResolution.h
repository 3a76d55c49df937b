//===- LibraryResolution.h - From -l to what is linked or loaded -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_LIBRARYRESOLUTION_H
#define REMOTERUN_DRIVER_SETTINGS_LIBRARYRESOLUTION_H

#include "driver/settings/LinkSettings.h"
#include "jit/object/LibraryPath.h"

#include "llvm/ADT/StringSet.h"

#include <optional>
#include <vector>

namespace remoterun::driver {

/// What the words before a library say of it.
struct LibraryModes {
  bool IsWhole = false;  ///< --whole-archive
  bool IfNeeded = false; ///< --as-needed
};

/// Adds to a line what each -l stands for. An archive is linked where it was
/// found. A shared library is the executor's to find, by the name that the
/// dynamic linker knows, because it may be on another machine; only one that
/// no loader looks for is loaded by its path.
class LibraryResolution {
public:
  LibraryResolution(const LinkScope &Scope, LinkSettings &Line)
      : Scope(Scope), Line(Line) {}

  /// Of "-l" and \p Name. What is not found is left to the executor.
  Expected<void> add(llvm::StringRef Name, LibraryModes Modes);
  /// Of --extra-library and the path \p File.
  Expected<void> addFile(const std::string &File, LibraryModes Modes);

private:
  /// A file that was found; as -l and \p Name, unless that is empty.
  struct Find {
    jit::LibraryFile File;
    std::string Name = {};
    bool IsWhole = false;
    bool IfNeeded = false;
    unsigned Depth = 0; ///< Of scripts in scripts.
  };

  const jit::LibraryPath &path();
  Expected<void> add(const Find &Found);
  Expected<void> addScript(const Find &Script);
  void addArchive(const Find &Found);
  void addShared(const Find &Found);
  const llvm::StringSet<> &namesOfLibc();
  /// Natively, all stand before libc in the dynamic linker's search. The
  /// executor has libc already when the program is loaded with them: one that
  /// defines what libc does is loaded when the executor is executed.
  void noteOrder(const std::string &File);
  /// Of the file that the executor will find for -l and \p Name where there is
  /// no development package.
  void noteOrderOfVersioned(llvm::StringRef Name);

  const LinkScope &Scope;
  LinkSettings &Line;
  /// Made when the first -l comes.
  std::optional<jit::LibraryPath> Path;
  /// Read for the first shared library.
  std::optional<llvm::StringSet<>> NamesOfLibc;
};

} // namespace remoterun::driver

#endif

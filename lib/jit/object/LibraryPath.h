//===- LibraryPath.h - The files that -l stands for -------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECT_LIBRARYPATH_H
#define REMOTERUN_JIT_OBJECT_LIBRARYPATH_H

#include "jit/target/Isa.h"
#include "jit/target/LibraryDirectories.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class MemoryBuffer;
}

namespace remoterun::jit {

/// A file that a linker has found.
struct LibraryFile {
  enum class Kind : uint8_t { Shared, Archive, Object, Script };
  Kind What;
  std::string Path;
  /// It is in a directory of the system, where dlopen(3) finds it by its name;
  /// in one of a compiler's; or else where -L, a script or a path led.
  enum class Place : uint8_t { Named, OfLoader, OfCompiler };
  Place Where = Place::Named;
};

/// The directories of -L and the system's (GNU ld's manual, -l and -L).
class LibraryPath {
public:
  /// \p Root: below which an emulator finds the libraries of \p Target; empty
  /// where they are this machine's own.
  LibraryPath(std::vector<std::string> Given, const Isa &Target,
              llvm::StringRef Root);

  /// Of "-l" and \p Name: in each directory lib<name>.so before lib<name>.a, or
  /// of ":file" just that. What is for another machine is passed over, as ld
  /// does.
  std::optional<LibraryFile> find(llvm::StringRef Name) const;

  /// A file that the script \p Script names, which is no -l: see "INPUT" in
  /// GNU ld's manual.
  std::optional<LibraryFile> findOfScript(llvm::StringRef Name,
                                          const LibraryFile &Script) const;

  /// The file \p Path, wherever it is.
  std::optional<LibraryFile> look(const std::string &Path) const;

  /// From now on, \p Directory is looked into behind those of -L.
  void add(const std::string &Directory);

private:
  std::optional<LibraryFile> findFile(llvm::ArrayRef<std::string> Names) const;
  std::optional<LibraryFile> lookAt(const std::string &Path,
                                    LibraryFile::Place Where) const;
  LibraryFile::Place placeOf(const std::string &Path,
                             LibraryFile::Place Otherwise) const;
  bool isOurs(const llvm::MemoryBuffer &Archive) const;

  std::vector<std::string> Given;
  const Isa &Target;
  std::string Root;
  std::vector<LibraryDirectory> OfSystem;
};

} // namespace remoterun::jit

#endif

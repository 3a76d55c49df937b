//===- RequestedLibraries.h - The libraries that Load names -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// And those that Lookup adds to them: loaded, or only found where the program
// will have the dynamic linker load them.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_REQUESTEDLIBRARIES_H
#define REMOTERUN_EXECUTOR_SYMBOLS_REQUESTEDLIBRARIES_H

#include "executor/base/Failure.h"
#include "executor/base/TextStore.h"
#include "executor/loader/LibraryClosure.h"
#include "wire/Messages.h"

#include <optional>

namespace remoterun::executor {

class RequestedLibraries {
public:
  struct Library {
    const char *Name; ///< What dlopen(3) takes, and DT_NEEDED.
    void *Handle;     ///< Null where it is not loaded.
  };

  /// With \p GivesShims, libraries that are opened find what stands in for
  /// functions of libc (ShimTable.h).
  explicit RequestedLibraries(bool GivesShims = true);

  /// Opens or finds each. What can only be found by opening it is opened.
  Expected<void> add(const wire::Load &Request);
  /// Opens those that were only found.
  Expected<void> loadAll();

  bool empty() const { return Requested.empty(); }
  std::span<const Library> all() const { return Requested.span(); }

  /// A library of DefaultLibraries: whether dlopen(3) opens it at the first
  /// time that this is tried.
  bool loadDefault(unsigned Index);
  /// Makes the default library one of the closure, if it is there.
  void requireDefault(unsigned Index);
  /// Its number in the closure, of which it need not be a part.
  std::optional<uint32_t> findDefault(unsigned Index);

  /// All of them with what they need.
  LibraryClosure &closure();
  /// What the program has to name as DT_NEEDED: those that were not loaded when
  /// the process started.
  List<std::string_view> needed();
  /// Where the dynamic linker has to search for some of them.
  const List<const char *> &directories() const { return Directories; }

private:
  const char *findFile(const wire::Load &Request,
                       const wire::Load::Library &Library);
  bool require(const char *Name);
  /// Before libraries are opened that may be new.
  void prepareToOpen() const;
  const char *fileOf(const char *Name);

  bool GivesShims;
  TextStore Names;
  List<Library> Requested;
  List<const char *> Directories;
  /// A bit for each default library: dlopen was tried on it, and the program
  /// needs it.
  unsigned TriedDefaults = 0, RequiredDefaults = 0;
  size_t LoadedAtStart;
  /// Made when it is first asked for, and again when something was loaded.
  std::optional<LibraryClosure> Closure;
};

} // namespace remoterun::executor

#endif

//===- LoadedObjects.h - What is loaded already -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LOADEDOBJECTS_H
#define REMOTERUN_EXECUTOR_LOADER_LOADEDOBJECTS_H

#include "executor/loader/DynamicTables.h"
#include "wire/List.h"

#include <link.h>

namespace remoterun::executor {

/// An object that the dynamic linker knows.
struct LoadedObject {
  const char *Path; ///< Empty for the executable.
  ElfW(Addr) Base;  ///< What was added to its addresses.
  DynamicTables Tables;
  /// No symbol is searched in what the kernel maps (vdso(7)).
  bool IsKernels;

  bool isExecutable() const { return Path[0] == '\0'; }
};

/// In the order in which they were loaded, the executable first. What Load or
/// Lookup loads is never unloaded, so that this stays true of it.
List<LoadedObject> loadedObjects();

/// How many there are.
size_t countLoadedObjects();

} // namespace remoterun::executor

#endif

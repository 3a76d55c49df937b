//===- LinkMap.h - What the dynamic linker has loaded ------------*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LINKMAP_H
#define REMOTERUN_EXECUTOR_LOADER_LINKMAP_H

#include "executor/loader/DynamicTables.h"
#include "wire/List.h"

#include <link.h>
#include <optional>

namespace remoterun::executor {

/// An object that the dynamic linker knows.
struct LinkMapEntry {
  const char *Path; ///< Empty for the executable.
  ElfW(Addr) Base;  ///< What was added to its addresses.
  DynamicTables Tables;
  /// No symbol is searched in what the kernel maps (vdso(7)).
  bool IsKernels;

  bool isExecutable() const { return Path[0] == '\0'; }
};

/// Held, it keeps our other threads from changing the list or the names in it.
/// Whoever holds it may call the dynamic linker, and nobody may wait for it who
/// is called by that: it comes first of all locks.
class LinkMapLock {
public:
  LinkMapLock();
  LinkMapLock(const LinkMapLock &) = delete;
  LinkMapLock &operator=(const LinkMapLock &) = delete;
  ~LinkMapLock();
};

/// In the order in which they were loaded, the executable first. What Load or
/// Lookup loads is never unloaded, so that this stays true of it; of all else
/// it is true inside of holdLinkMap().
List<LinkMapEntry> linkMap();

/// Calls \p Use with \p Context while nobody can unload anything, be it one of
/// our modules or a library of the application's. It must not call dlopen(3),
/// dlsym(3) and their like.
void holdLinkMap(void (*Use)(void *), void *Context);

/// The dynamic linker's own list, at the executable (gABI, DT_DEBUG). Not by
/// the name _r_debug: a reference of ours would be a copy that others see.
link_map *firstInLinkMap();

/// The first that has this name in some folder.
std::optional<LinkMapEntry> findInLinkMap(const char *FileName);

/// How many there are.
size_t countLinkMap();

} // namespace remoterun::executor

#endif

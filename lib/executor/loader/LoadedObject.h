//===- LoadedObject.h - What lies at an address -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LOADEDOBJECT_H
#define REMOTERUN_EXECUTOR_LOADER_LOADEDOBJECT_H

#include <cstddef>
#include <cstdint>

namespace remoterun::executor {

/// What the dynamic linker knows of an address.
struct LoadedObject {
  const char *Path = nullptr; ///< Null if the address is in none.
  uint64_t Base = 0;
  /// Of what is mapped of it.
  const uint8_t *Start = nullptr, *End = nullptr;
  /// PT_GNU_EH_FRAME; PT_ARM_EXIDX, with the number of its entries.
  const uint8_t *UnwindTable = nullptr;
  size_t UnwindEntries = 0;
  /// Its number among those with thread-local variables; 0 for none, or where
  /// only loadedObjectAt() was asked.
  size_t ThreadLocals = 0;
};

/// Async-signal-safe. From glibc 2.35 on, the answer takes no lock
/// (_dl_find_object, "DSO lookup"). Before, it takes one that the dynamic
/// linker holds while it adds an object to its list, and that the same thread
/// may take again.
LoadedObject loadedObjectAt(uint64_t Address);

/// The same with that lock in any case, and with all that is known.
LoadedObject describeLoadedObject(uint64_t Address);

} // namespace remoterun::executor

#endif

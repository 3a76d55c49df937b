//===- DebuggerDescriptor.h - What a debugger reads of us -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code that may use no vector includes this: not even headers that mention one.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_GUEST_DEBUGGERDESCRIPTOR_H
#define REMOTERUN_EXECUTOR_GUEST_DEBUGGERDESCRIPTOR_H

#include <cstdint>

namespace remoterun::executor {

/// An object in memory, as GDB's manual has it ("JIT Compilation Interface",
/// jit_code_entry).
struct DebuggerEntry {
  DebuggerEntry *Next = nullptr;
  DebuggerEntry *Previous = nullptr;
  const uint8_t *Object = nullptr;
  uint64_t Size = 0;
};

/// Where debuggers look for such objects (jit_descriptor).
struct DebuggerDescriptor {
  uint32_t Version;
  uint32_t Action;         ///< 0 for none, 1: Relevant has been added.
  DebuggerEntry *Relevant; ///< Null for none.
  DebuggerEntry *First;    ///< The same.

  /// Has \p Entry, which has an object, known: to a debugger that is there,
  /// before this returns. By one thread at a time, and async-signal-safe but
  /// for that.
  void add(DebuggerEntry &Entry);
};

/// The one of this process.
DebuggerDescriptor &debuggerDescriptor();

} // namespace remoterun::executor

#endif

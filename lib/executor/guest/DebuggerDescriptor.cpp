//===- DebuggerDescriptor.cpp - What a debugger reads of us ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/guest/DebuggerDescriptor.h"

using remoterun::executor::DebuggerDescriptor;

// A debugger finds these two by their names in the symbol table of this binary,
// which is not that of the dynamic linker: guests do not see them. A binary
// that was stripped has no such table, and in it debuggers see no guest's code.
extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier): GDB gives the names.
extern DebuggerDescriptor __jit_debug_descriptor;
[[gnu::used]] DebuggerDescriptor __jit_debug_descriptor = {1, 0, nullptr,
                                                           nullptr};

/// Where a debugger has a breakpoint.
[[gnu::used, gnu::noinline]] void __jit_debug_register_code();
void __jit_debug_register_code() {
  // Or the call would be thought to have no effect.
  asm volatile("" ::: "memory");
}
// NOLINTEND(bugprone-reserved-identifier)
}

namespace remoterun::executor {

DebuggerDescriptor &debuggerDescriptor() { return __jit_debug_descriptor; }

void DebuggerDescriptor::add(DebuggerEntry &Entry) {
  Entry.Next = First;
  Entry.Previous = nullptr;
  if (First)
    First->Previous = &Entry;
  First = &Entry;
  Relevant = &Entry;
  Action = 1;
  __jit_debug_register_code();
  Action = 0;
}

} // namespace remoterun::executor

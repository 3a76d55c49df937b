//===- DebugSections.h - Debug information of an object ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_DEBUGSECTIONS_H
#define REMOTERUN_JIT_DEBUG_DEBUGSECTIONS_H

#include "jit/base/ElfView.h"

namespace remoterun::jit {

/// What a debugger reads of an object. Indices for finding names are left out:
/// there is one for each object, and debuggers expect one in all; so is what is
/// meant for a file of its own (-gsplit-dwarf).
bool isDebugSection(llvm::StringRef Name);

/// The value, or nothing in the place of an error.
template <typename T> T valueOrNothing(llvm::Expected<T> Value) {
  if (Value)
    return *Value;
  consumeError(Value.takeError());
  return T();
}

} // namespace remoterun::jit

#endif

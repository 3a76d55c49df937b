//===- CrashDetails.h - Where in LLVM it was --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing here is safe in a signal handler: see CrashWitness.h.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_CRASHDETAILS_H
#define REMOTERUN_JIT_BASE_CRASHDETAILS_H

#include <cstdint>
#include <string>

namespace remoterun::jit {

struct SourceFiles;

/// What this thread is doing: LLVM's PrettyStackTrace, the innermost first, and
/// the functions on the stack from the one that \p Pc is in. A line each, which
/// is indented and ended. With \p Files, a function is told with its file.
std::string describeCrash(uintptr_t Pc, const SourceFiles *Files);

} // namespace remoterun::jit

#endif

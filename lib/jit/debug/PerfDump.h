//===- PerfDump.h - The code, for perf --------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file of perf's jitdump format (tools/perf/Documentation/
// jitdump-specification.txt of Linux): every function's name, address, bytes
// and lines. `perf inject --jit` makes of it what `perf report` and `perf
// annotate` read.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_PERFDUMP_H
#define REMOTERUN_JIT_DEBUG_PERFDUMP_H

#include "jit/link/SectionMemory.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace remoterun::jit {

/// Writes the functions in \p DebugImage (see DebugImage.h), whose code is in
/// \p Memory, for the process \p ProcessId to the new file \p Path.
Expected<void> writePerfDump(const std::string &Path, uint32_t ProcessId,
                             llvm::ArrayRef<char> DebugImage,
                             const SectionMemory &Memory);

} // namespace remoterun::jit

#endif

//===- CrashSymbolizer.h - Raw frames to functions and lines ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_CRASHSYMBOLIZER_H
#define REMOTERUN_JIT_DEBUG_CRASHSYMBOLIZER_H

#include "controller/crash/CrashDescription.h"
#include "jit/link/ProgramRecord.h"
#include "wire/CrashReport.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// What ran, and what it was linked from.
struct CrashedProgram {
  const ProgramRecord &Record;
  std::string ExecutorPath;
  /// Paths of libraries that the executor loaded from our working directory.
  std::vector<std::string> RelativeLibraries;
  /// An emulator looks for the executor's files below it first; empty for none.
  std::string Root = "";
};

enum class SymbolDetail : uint8_t {
  Names, ///< Of functions, from symbol tables.
  Full,  ///< Lines and inlined functions too, from debug information.
};

/// Finds out what the raw addresses of \p Report are. It reads files that the
/// report names: that may fail, by a crash of LLVM, or take long.
controller::CrashSymbols symbolize(const wire::CrashReport &Report,
                                   const CrashedProgram &Program,
                                   SymbolDetail Detail);

/// The same without reading anything.
controller::CrashSymbols withoutSymbols(const wire::CrashReport &Report,
                                        const CrashedProgram &Program);

} // namespace remoterun::jit

#endif

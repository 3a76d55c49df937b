//===- SymbolAdvice.h - What brings a symbol that is missing ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_DEBUG_SYMBOLADVICE_H
#define REMOTERUN_JIT_DEBUG_SYMBOLADVICE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"

#include <string>
#include <vector>

namespace remoterun::jit {

/// What advice depends on beside the names.
struct AdviceScope {
  llvm::Triple Target;
  /// The libraries of this machine are those that the executor would load.
  bool SeesLibraries = false;
  std::vector<std::string> Directories; ///< Of -L.
  bool ProcessSymbols = true;           ///< False: --no-process-syms was given.
  /// Who may define what is missing, in words of whoever asks.
  const char *WaysOut =
      "define with --extra-module, --extra-object, --extra-archive or --abs, "
      "or load a library with --dlopen or -l";
};

/// The way out for those of \p Missing where one is known, a line for each way:
/// "deflate and 2 more: defined in libz.so.1: -lz". By what their names say,
/// and by a look at the libraries that are installed.
std::vector<std::string> adviseOn(llvm::ArrayRef<std::string> Missing,
                                  const AdviceScope &Scope);

} // namespace remoterun::jit

#endif

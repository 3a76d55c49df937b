//===- OwnSymbols.h - What the executable itself defines --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dynamic linker searches the executable first: a native program's malloc
// or getpid comes before libc's for every library that is loaded, at the start
// or later. The executable here is the executor, so the program's names are put
// into its dynamic symbol table, while it runs.
//
// The executable is linked for that with what CMake's remoterun_link_executor()
// says. An executable that is not is told so.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_OWNSYMBOLS_H
#define REMOTERUN_EXECUTOR_LOADER_OWNSYMBOLS_H

#include "executor/base/Failure.h"
#include "remote-run/ExecutorAddr.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace remoterun::executor {

/// A definition for all libraries.
struct OwnSymbol {
  enum class Kind : uint8_t {
    Function,
    Data,
    /// Another object defines it, and calls lead there; this is its address to
    /// all who ask for that. Where there is a definition already, it stays.
    OthersFunction,
    /// Address is the variable's offset from where the executable's own block
    /// of thread-local variables starts, in two's complement.
    ThreadLocal,
  };

  std::string_view Name;
  ExecutorAddr Address;
  uint64_t Size = 0;
  Kind What = Kind::Function;
};

/// Whether the executable is linked for that.
bool canDefineInExecutable();

/// From here on dlsym(RTLD_DEFAULT), and every library that is loaded
/// afterwards, finds these definitions before all others, whatever version it
/// asks for. What was bound before stays as it is. A later call adds to an
/// earlier one, and of equal names the last counts. Changes nothing where it
/// fails. Not to be called by two threads at once; others may look names up
/// meanwhile.
Expected<void> defineInExecutable(std::span<const OwnSymbol> Symbols);

} // namespace remoterun::executor

#endif

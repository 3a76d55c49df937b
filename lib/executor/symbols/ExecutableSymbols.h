//===- ExecutableSymbols.h - The program's for libraries -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the dynamic symbol table of a native executable has for libraries,
// beside what they find in the image: definitions that come before their own,
// copies of their variables, the addresses of their functions for code that
// depends on its position, and thread-local variables.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_EXECUTABLESYMBOLS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_EXECUTABLESYMBOLS_H

#include "executor/base/Failure.h"
#include "executor/memory/Slab.h"
#include "executor/symbols/Symbols.h"
#include "wire/Messages.h"

namespace remoterun::executor {

/// What is loaded from here on finds what \p Request says, which is in \p
/// Program.
Expected<void> defineForLibraries(const wire::Interpose &Request,
                                  const Slab &Program, Symbols &Names);

} // namespace remoterun::executor

#endif

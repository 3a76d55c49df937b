//===- LibraryVariable.h - How large a library's variable is ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_LOADER_LIBRARYVARIABLE_H
#define REMOTERUN_EXECUTOR_LOADER_LIBRARYVARIABLE_H

#include "wire/ExecutorAddr.h"

namespace remoterun::executor {

/// The size of the variable \p Name that a library has at \p Address; 0 if what
/// is there is none, or no library's dynamic symbol.
uint64_t sizeOfVariable(const char *Name, ExecutorAddr Address);

} // namespace remoterun::executor

#endif

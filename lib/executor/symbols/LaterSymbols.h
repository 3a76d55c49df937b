//===- LaterSymbols.h - What older versions of libc lack --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Headers decide by which names a program calls libc. Those of the machine that
// compiles may name what the executor's libc has under another name, or had in
// the static part of it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_LATERSYMBOLS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_LATERSYMBOLS_H

#include "remote-run/ExecutorAddr.h"

#include <string_view>

namespace remoterun::executor {

/// Null for what this libc has itself, or has no equal of. The functions of C23
/// that read numbers (glibc 2.38) are those that older headers name, which know
/// no binary constants.
ExecutorAddr findLaterSymbol(std::string_view Name);

} // namespace remoterun::executor

#endif

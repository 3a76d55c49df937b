//===- StaticSymbols.h - What only static archives define -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_STATICSYMBOLS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_STATICSYMBOLS_H

#include "remote-run/ExecutorAddr.h"

#include <string_view>

namespace remoterun::executor {

/// The executor's own copy of a helper that a native link takes from
/// libc_nonshared.a, crtbegin.o or libgcc.a, where dlsym(3) cannot find it, or
/// what stands for something that this libc lacks. Null for any other name.
ExecutorAddr findStaticSymbol(std::string_view Name);

} // namespace remoterun::executor

#endif

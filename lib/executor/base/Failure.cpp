//===- Failure.cpp - Why the executor could not do as asked ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/base/Failure.h"

#include <cstdarg>
#include <cstdio>

namespace remoterun::executor {

Failure failure(const char *Format, ...) {
  Failure Made;
  va_list Arguments;
  va_start(Arguments, Format);
  vsnprintf(Made.Reason, sizeof(Made.Reason), Format, Arguments);
  va_end(Arguments);
  return Made;
}

} // namespace remoterun::executor

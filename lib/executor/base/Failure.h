//===- Failure.h - Why the executor could not do as asked -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_FAILURE_H
#define REMOTERUN_EXECUTOR_BASE_FAILURE_H

#include "remote-run/Result.h"

namespace remoterun::executor {

/// A sentence without a full stop, for the Failed message.
struct Failure {
  char Reason[480] = "";
  /// There is nobody to tell: the controller has gone.
  bool IsHangup = false;
};

/// printf for failures; what does not fit is cut off.
[[gnu::format(printf, 1, 2)]] Failure failure(const char *Format, ...);

template <typename T> using Expected = Result<T, Failure>;

} // namespace remoterun::executor

#endif

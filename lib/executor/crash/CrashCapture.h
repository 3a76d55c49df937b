//===- CrashCapture.h - What a crash report is made of ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_CRASH_CRASHCAPTURE_H
#define REMOTERUN_EXECUTOR_CRASH_CRASHCAPTURE_H

#include "wire/CrashReport.h"

#include <csignal>

namespace remoterun::executor {

/// Finds out what cannot be found out in a signal handler. On the main thread,
/// or else none is told as that.
void prepareCapture();

/// Writes the report of a signal into \p Memory, record by record, the surest
/// things first: it may fault on the way. Async-signal-safe.
void captureCrash(std::span<uint8_t> Memory, const siginfo_t &Info,
                  const void *Context);

} // namespace remoterun::executor

#endif

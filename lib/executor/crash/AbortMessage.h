//===- AbortMessage.h - Why libc ends the program ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_CRASH_ABORTMESSAGE_H
#define REMOTERUN_EXECUTOR_CRASH_ABORTMESSAGE_H

#include <string_view>

namespace remoterun::executor {

/// Before abortMessage(), and where libc may be asked for symbols.
void findAbortMessage();

/// What libc has printed before it called abort(3) by itself: of its heap, of a
/// failed assertion. Empty where it has not, as of other libraries of C than
/// glibc. Async-signal-safe.
std::string_view abortMessage();

} // namespace remoterun::executor

#endif

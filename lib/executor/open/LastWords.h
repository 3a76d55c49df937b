//===- LastWords.h - Who is told how this process dies ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A controller that has started this process itself has crash memory in common
// with it. One at the far end of a connection is sent the report.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_LASTWORDS_H
#define REMOTERUN_EXECUTOR_OPEN_LASTWORDS_H

#include "executor/open/Replies.h"

namespace remoterun::executor {

/// Whoever waits for \p Answers is to be told; there is room for so many.
inline constexpr size_t MostLastWords = 64;
void addLastWords(Replies &Answers);
void removeLastWords(Replies &Answers);

/// Sends \p Report to all of them. Async-signal-safe.
void sendLastWords(std::span<const uint8_t> Report);

} // namespace remoterun::executor

#endif

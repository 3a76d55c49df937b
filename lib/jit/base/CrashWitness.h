//===- CrashWitness.h - A copy of the process that may crash ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What there is to say of a crash needs memory, locks and LLVM, and a handler
// of its signal has none of them for certain. A forked copy may try; it has the
// stack and the memory of the thread that crashed. Should it hang or crash
// itself, there is less to say, and no more.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_CRASHWITNESS_H
#define REMOTERUN_JIT_BASE_CRASHWITNESS_H

#include <cstddef>

namespace remoterun::jit {

/// Runs \p Work in a forked copy of this thread, with what it has to write to,
/// and returns how much of that has come into \p Buffer, at most \p Size bytes.
/// Async-signal-safe. Waits for some seconds at the most; the copy is gone
/// after that.
size_t hearWitness(void (*Work)(int Out), char *Buffer, size_t Size);

} // namespace remoterun::jit

#endif

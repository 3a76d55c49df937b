//===- LargeBlock.h - More room for thread-local variables ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where thread-local variables of an executable are is settled when a process
// starts, and the executor has little room for those of a guest: every thread
// of every guest would pay for more. A guest that needs more has the executor
// start anew with as much static thread-local storage in reserve as that takes
// (glibc's manual, glibc.rtld.optional_static_tls), and a library without code,
// whose only variable stands there, is the room. What is to be aligned to more
// than the variables of the libraries that a process starts with needs another
// one among those.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_TLS_LARGEBLOCK_H
#define REMOTERUN_EXECUTOR_TLS_LARGEBLOCK_H

#include "executor/base/Failure.h"

#include <cstdint>

namespace remoterun::executor {

/// What blocks are aligned to where nobody asks for more.
constexpr uint32_t UsualAlignment = 64;

/// Bytes that a block may have in a process that was started for it; 0 where
/// libc has no such reserve.
uint32_t largestBlock();
/// And what it may be aligned to; 0 for no more than it is.
uint32_t strictestAlignment();

struct LargeBlock {
  int64_t Offset = 0;       ///< From the thread pointer.
  uint8_t *Image = nullptr; ///< What new threads start with; may be written to.
};

/// A file for LD_PRELOAD to name, by its number, that lets blocks be aligned
/// so; it stays open when another program is executed. -1 where there is none.
int makeAlignedLibrary(uint32_t Alignment);
/// Where that has been loaded, hides what it was: the number is about to be
/// anybody's.
void closeAlignedLibrary(int Number);

/// Loads the library, in a process whose reserve has \p Size bytes.
Expected<LargeBlock> makeLargeBlock(uint32_t Size, uint32_t Alignment);

} // namespace remoterun::executor

#endif

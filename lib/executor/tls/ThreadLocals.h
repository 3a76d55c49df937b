//===- ThreadLocals.h - Room for the guest's native TLS ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An executable's thread-local variables stand at fixed offsets from the thread
// pointer, and the loader copies their initial values into each new thread (ELF
// Handling For Thread-Local Storage). The executor is an executable: a block of
// its own variables, of the same size in every guest, becomes the guest's.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_TLS_THREADLOCALS_H
#define REMOTERUN_EXECUTOR_TLS_THREADLOCALS_H

#include "executor/base/Failure.h"
#include "wire/List.h"
#include "wire/Messages.h"

#include <optional>

namespace remoterun::executor {

/// Has the block be of \p Size bytes, aligned to \p Alignment, in a process
/// that was started for that (LargeBlock.h), and before anything else is asked
/// of it.
Expected<void> enlargeThreadLocals(uint32_t Size, uint32_t Alignment);

/// Where the block is, the same in every thread.
wire::ThreadLocalBlock threadLocalBlock();

/// Whether it is one of enlargeThreadLocals(), and not the executable's.
bool hasLargeBlock();

/// Whether \p Image, from its offset on, lies in the block.
bool fitsThreadLocalBlock(const wire::Run::ThreadLocalImage &Image);

/// Where the variable of \p Size bytes at \p Offset in the block is, counted
/// from the start of the executable's own thread-local storage, in two's
/// complement; nothing for one that is not in the block.
std::optional<uint64_t> offsetInExecutable(uint64_t Offset, uint64_t Size);

/// Makes \p Images, which are in their final place, what the block of every
/// thread holds, and what that of every new thread will start with. To be
/// called before any of the guest's code; but constructors of libraries may
/// have started threads.
Expected<void>
initializeThreadLocals(const List<wire::Run::ThreadLocalImage> &Images);

/// What __tls_get_addr takes (ELF Handling For Thread-Local Storage).
struct ThreadLocalIndex {
  unsigned long Module = 0; ///< 0 for none.
  unsigned long Offset = 0;
};

/// Which library's variable the calling thread has at \p Instance.
ThreadLocalIndex findThreadLocal(const void *Instance);

} // namespace remoterun::executor

#endif

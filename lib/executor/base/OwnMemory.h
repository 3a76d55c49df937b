//===- OwnMemory.h - Memory that is not the guest's heap --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// malloc belongs to the guest: it shall find the heap as a native program does,
// with no block that holds what somebody wrote before, and sbrk(2) where it
// starts.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_BASE_OWNMEMORY_H
#define REMOTERUN_EXECUTOR_BASE_OWNMEMORY_H

namespace remoterun::executor {

/// Makes all lists of this process take their memory from pages of its own. To
/// be called before there is a list. Not thread-safe, as the executor is until
/// the guest starts.
void useOwnMemory();

/// After that, and before there is a second thread that uses lists. (A guest
/// goes without: a child of fork(2) could find the lock taken.)
void shareOwnMemory();

/// Called where there is no more of it, and before abort(3); null for nobody.
inline void (*onOwnMemoryExhausted)() = nullptr;

} // namespace remoterun::executor

#endif

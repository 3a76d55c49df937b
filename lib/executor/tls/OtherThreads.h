//===- OtherThreads.h - Threads that libraries have started -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_TLS_OTHERTHREADS_H
#define REMOTERUN_EXECUTOR_TLS_OTHERTHREADS_H

#include "executor/base/Failure.h"

namespace remoterun::executor {

/// Has every other thread of this process call \p Act, which must be
/// async-signal-safe, one after the other, and waits for each. Threads that
/// start meanwhile are found, those that end are not waited for, and those of
/// the kernel (io_uring(7)) run no code of the process. Without /proc, nobody
/// knows of other threads.
///
/// A thread is interrupted by the signal that setuid(2) of libc interrupts it
/// with (nptl(7)), which no thread blocks; a system call goes on as after that
/// (SA_RESTART, signal(7)). Not to be called by two threads at a time.
Expected<void> callInOtherThreads(void (*Act)());

} // namespace remoterun::executor

#endif

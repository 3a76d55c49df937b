//===- ThreadExit.h - Destructors of modules' thread-locals -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc keeps a library mapped until all threads have ended that have
// destructors of its to run. A module is removed when it is asked for, and what
// it has registered must go with it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_TLS_THREADEXIT_H
#define REMOTERUN_EXECUTOR_TLS_THREADEXIT_H

#include "remote-run/ExecutorAddr.h"

namespace remoterun::executor {

/// __cxa_thread_atexit, for modules: calls \p Destroy with \p Object at the end
/// of the calling thread, or with the module that \p DsoHandle is in.
int registerThreadExit(void (*Destroy)(void *), void *Object, void *DsoHandle);

/// The module in \p Memory is about to go: calls what it has registered, on
/// whichever thread, those that were registered last first. No thread may be in
/// it any more.
void runThreadExits(ExecutorRange Memory);

} // namespace remoterun::executor

#endif

//===- CallCrash.h - A crash that ends a call and no process ----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where an application wants to live on, a crash in code that it was sent is
// the end of the call alone: the handler writes the report and goes back to
// where the call began, over all frames between. What these held, locks among
// it, stays held.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_CALLCRASH_H
#define REMOTERUN_EXECUTOR_OPEN_CALLCRASH_H

#include "wire/List.h"

namespace remoterun::executor {

/// Takes the place of the handlers of the six signals that a crash ends with.
/// One that comes outside of runGuarded() goes to the handler that was there
/// before. Once in a process; to be called again is harmless. May be called on
/// any thread.
void installCallCrashHandler();

/// Calls \p Function with \p Argument. False where it crashed; then \p Report
/// has the report (PROTOCOL.md, section 9). Calls may be nested.
bool runGuarded(void (*Function)(void *), void *Argument, ByteBuffer &Report);

} // namespace remoterun::executor

#endif

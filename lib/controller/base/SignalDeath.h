//===- SignalDeath.h - To end as the program ended --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who waits for this process asks whether it was a signal that ended it, and
// which (wait(2), WIFSIGNALED): a shell for its 128+N and for Ctrl-C in the
// middle of a script, a test for a crash.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_SIGNALDEATH_H
#define REMOTERUN_CONTROLLER_BASE_SIGNALDEATH_H

namespace remoterun::controller {

/// Ends this process by \p Signal, whatever it was made to do with it, and
/// without a core: the program's own, if any, is the one that matters. Where
/// the signal cannot end it (process 1 of a namespace is spared by most, and
/// some signals end nobody), it exits with 128 + \p Signal. Nothing is flushed.
/// Async-signal-safe.
[[noreturn]] void dieOf(int Signal);

} // namespace remoterun::controller

#endif

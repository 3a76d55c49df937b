//===- ParentShims.h - Who the guest's parent is ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A native program's parent is who started it. Here that is the parent of
// remote-run, which the guest is told by getppid(2): a program that has started
// itself compares the number with its own.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_PARENTSHIMS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_PARENTSHIMS_H

#include "executor/symbols/ShimTable.h"

#include <span>
#include <sys/types.h>

namespace remoterun::executor {

/// Finds remote-run among those above us, by noteOwnFile()'s word. Once, before
/// the guest starts. Where it is not found, the guest is told of its parent.
void noteParent();

/// getppid(2) for the guest. Async-signal-safe; keeps errno.
pid_t parentForGuest();

std::span<const Shim> parentShims();

} // namespace remoterun::executor

#endif

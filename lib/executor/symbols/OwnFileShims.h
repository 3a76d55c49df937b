//===- OwnFileShims.h - libc functions that name the own file ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The guest gets these functions from the executor: they tell it of its own
// file in the place of the executor's (OwnFile.h), and execute it again.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_OWNFILESHIMS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_OWNFILESHIMS_H

#include "executor/symbols/ShimTable.h"

#include <span>

namespace remoterun::executor {

/// readlink(2), realpath(3) and their like.
std::span<const Shim> ownFileShims();

/// open(2), fopen(3) and their like.
std::span<const Shim> openShims();

/// Those of exec(3) and posix_spawn(3). They execute \c startAgainFile() where
/// the guest executes itself, and fail with ENOENT where there is none.
std::span<const Shim> execShims();

/// As execve(2), of \c startAgainFile().
int startAgain(char *const *Arguments, char *const *Environment);

/// Whether a system call of that number is one that they stand for; and the
/// same for it, called as by syscall(2).
bool concernsOwnFile(long SystemCall);
long callForOwnFile(long SystemCall, long A, long B, long C, long D, long E);

} // namespace remoterun::executor

#endif

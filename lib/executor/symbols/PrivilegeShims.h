//===- PrivilegeShims.h - libc functions that change rights -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A guest that gives up root's rights must not be left behind by a controller
// that is killed (ParentTie.h).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SYMBOLS_PRIVILEGESHIMS_H
#define REMOTERUN_EXECUTOR_SYMBOLS_PRIVILEGESHIMS_H

#include "executor/symbols/ShimTable.h"

#include <span>

namespace remoterun::executor {

std::span<const Shim> privilegeShims();

/// Whether a system call of that number is one that they stand for.
bool changesPrivileges(long SystemCall);

} // namespace remoterun::executor

#endif

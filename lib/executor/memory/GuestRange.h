//===- GuestRange.h - Where the guest's code and data are -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_MEMORY_GUESTRANGE_H
#define REMOTERUN_EXECUTOR_MEMORY_GUESTRANGE_H

#include "remote-run/ExecutorAddr.h"

namespace remoterun::executor {

/// Tells everybody where the guest is; before it starts.
void setGuestRange(ExecutorRange Range);

/// Empty before that.
ExecutorRange guestRange();

/// Whether \p Address is in that range. Safe in a signal handler.
bool isGuestAddress(uint64_t Address);

/// Where code comes to be while the guest runs; empty for nowhere.
void setLateCode(ExecutorRange Range);
bool isLateCode(uint64_t Address);

} // namespace remoterun::executor

#endif

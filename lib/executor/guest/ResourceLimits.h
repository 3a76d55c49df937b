//===- ResourceLimits.h - What the guest may use ----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_GUEST_RESOURCELIMITS_H
#define REMOTERUN_EXECUTOR_GUEST_RESOURCELIMITS_H

#include "wire/Messages.h"

#include <span>

namespace remoterun::executor {

/// Sets the limits of this process (setrlimit(2)). One that the system refuses
/// is lowered to what it grants.
void applyLimits(std::span<const wire::Run::Limit> Limits);

} // namespace remoterun::executor

#endif

//===- DebuggerInterface.h - What a debugger looks for ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_GUEST_DEBUGGERINTERFACE_H
#define REMOTERUN_EXECUTOR_GUEST_DEBUGGERINTERFACE_H

#include "executor/base/Failure.h"
#include "executor/guest/DebuggerDescriptor.h"
#include "remote-run/ExecutorAddr.h"
#include "wire/List.h"

#include <span>

namespace remoterun::executor {

/// Tells debuggers, now and those that attach later, of \p Objects. The result
/// must stay where it is: they read it.
[[nodiscard]] List<DebuggerEntry>
registerDebugObjects(std::span<const ExecutorRange> Objects);

/// Whether a debugger is attached.
bool isTraced();

/// Fails where waitForDebugger() would never return.
Expected<void> canWaitForDebugger();

/// Returns when a debugger has attached to this process. It may do that even
/// where the system allows it to ancestors only.
void waitForDebugger();

} // namespace remoterun::executor

#endif

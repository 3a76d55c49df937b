//===- Executor.h - The far side of a session -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SESSION_EXECUTOR_H
#define REMOTERUN_EXECUTOR_SESSION_EXECUTOR_H

#include "executor/session/Startup.h"

namespace remoterun::executor {

/// The process's status where the session ended without a guest. The
/// controller, if it is still there, has been told why.
inline constexpr int SessionFailedStatus = 125;

/// Serves one session until the guest runs, and then is the guest. Comes back
/// only where no guest was started: the controller hung up, or a request could
/// not be fulfilled (it has been told).
void serve(Startup Session, const ProcessArguments &Process);

} // namespace remoterun::executor

#endif

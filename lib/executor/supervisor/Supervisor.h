//===- Supervisor.h - The executor's parent at the far end ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Some launchers pass neither descriptors nor wait statuses through: ssh(1),
// docker exec, srun(1). There the protocol comes over standard input and output
// of this process, which starts the executor as its child, with pipes for its
// standard streams, and tells how it ended (PROTOCOL.md, section 12).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SUPERVISOR_SUPERVISOR_H
#define REMOTERUN_EXECUTOR_SUPERVISOR_SUPERVISOR_H

#include "executor/base/ProcessArguments.h"

namespace remoterun::executor {

/// Whether this process was started as a supervisor.
bool isSupervisor(const ProcessArguments &Process);

/// Serves one session. Ends the process, with the exit status that launchers
/// expect of success where the guest's end was told.
[[noreturn]] void supervise(const ProcessArguments &Process);

} // namespace remoterun::executor

#endif

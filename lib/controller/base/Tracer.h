//===- Tracer.h - Whether a debugger is there -------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_BASE_TRACER_H
#define REMOTERUN_CONTROLLER_BASE_TRACER_H

#include <sys/types.h>

namespace remoterun::controller {

/// Whether a process of this machine is traced (proc_pid_status(5), TracerPid).
/// False where /proc does not tell.
bool isTraced(pid_t Process);

} // namespace remoterun::controller

#endif

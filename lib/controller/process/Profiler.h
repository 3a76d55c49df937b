//===- Profiler.h - Who watches this process --------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_PROCESS_PROFILER_H
#define REMOTERUN_CONTROLLER_PROCESS_PROFILER_H

namespace remoterun::controller {

/// Whether a `perf record`, or another of perf(1)'s commands that record, has
/// started this process, itself or by others of the same session (as a shell or
/// make). There is no way to ask the kernel whether anybody counts events of a
/// process; one who records a whole machine is not found.
bool isRecordedByPerf();

} // namespace remoterun::controller

#endif

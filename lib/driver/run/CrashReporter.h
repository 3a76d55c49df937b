//===- CrashReporter.h - From a raw report to what is said of it *- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_CRASHREPORTER_H
#define REMOTERUN_DRIVER_RUN_CRASHREPORTER_H

#include "controller/crash/CrashDescription.h"
#include "controller/crash/CrashMemory.h"
#include "jit/debug/CrashSymbolizer.h"

#include <optional>
#include <sys/types.h>

namespace remoterun::driver {

/// What is known of the death of the process \p Guest by \p Signal; empty if it
/// left no report. Another process reads the symbols: nothing that the report
/// makes it read can keep this one from its end, or change how it ends.
std::optional<controller::CrashDescription>
describeCrash(const controller::CrashMemory &Memory, pid_t Guest, int Signal,
              const jit::CrashedProgram &Program, jit::SymbolDetail Detail);

} // namespace remoterun::driver

#endif

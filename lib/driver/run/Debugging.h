//===- Debugging.h - What debuggers and profilers are given -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_DEBUGGING_H
#define REMOTERUN_DRIVER_RUN_DEBUGGING_H

#include "controller/launch/ExecutorProcess.h"
#include "driver/link/ProgramLinker.h"
#include "driver/run/DebugFile.h"

#include <optional>
#include <sys/types.h>

namespace remoterun::driver {

/// Makes what describes the linked program to debuggers: for one that is there
/// or wanted, all that is known; for one that may come to a program with debug
/// information, where it will be, which is returned.
std::optional<DebugFile>
describeProgram(const DebugSettings &Settings, ProgramLinker &Linker,
                const controller::ExecutorProcess &Executor);

/// The file for perf. It goes away with this, unless it is kept.
class PerfFile {
public:
  PerfFile() = default;
  PerfFile(const PerfFile &) = delete;
  PerfFile &operator=(const PerfFile &) = delete;
  ~PerfFile();

  /// Writes it, if it is wanted, for the executor \p ProcessId, which has been
  /// sent the program.
  Expected<void> write(const DebugSettings &Settings, pid_t ProcessId,
                       ProgramLinker &Linker, controller::Session &Link);
  /// Absolute; empty for none.
  const std::string &path() const { return Path; }
  void keep() { IsKept = true; }

private:
  std::string Path;
  std::string OwnFolder; ///< Empty where the user named it.
  bool IsKept = false;
};

} // namespace remoterun::driver

#endif

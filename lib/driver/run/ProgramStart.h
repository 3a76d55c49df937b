//===- ProgramStart.h - Shipping a program and starting it ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_RUN_PROGRAMSTART_H
#define REMOTERUN_DRIVER_RUN_PROGRAMSTART_H

#include "controller/launch/ExecutorProcess.h"
#include "controller/session/Session.h"
#include "driver/link/ProgramLinker.h"
#include "driver/run/DebugFile.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::driver {

/// How the program that is started executes itself once more; empty where it
/// cannot.
struct StartAgain {
  std::string ProgramFile;
  std::vector<std::string> Command;
};

/// From a program that is linked to one that runs.
class ProgramStart {
public:
  /// All have to live as long as this.
  ProgramStart(const RunSettings &Settings, Observer &Watching,
               ProgramLinker &Linker,
               const controller::ExecutorProcess &Executor,
               controller::Session &Link);

  /// Asked for \p PerfFolder, where a file for perf is wanted; empty for
  /// nowhere.
  std::function<StartAgain(const std::string &PerfFolder)> StartsAgain;

  /// Makes what describes the program to debuggers.
  Expected<void> describe();
  /// After that: ships the program and starts it, where the executor can have
  /// it. The guest runs from here on.
  Expected<void> shipAndStart();

  /// For debuggers that may come later.
  std::optional<DebugFile> &debugFile() { return ForDebuggers; }

private:
  Expected<std::optional<controller::OtherPlace>> start();
  Expected<void> interpose();
  jit::ImageNames imageNames() const;
  void addSettings(wire::Run &Request) const;

  const RunSettings &Settings;
  Observer &Watching;
  ProgramLinker &Linker;
  const controller::ExecutorProcess &Executor;
  controller::Session &Link;
  std::optional<DebugFile> ForDebuggers;
};

} // namespace remoterun::driver

#endif

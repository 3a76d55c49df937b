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
Expected<std::optional<DebugFile>>
describeProgram(const DebugSettings &Settings, ProgramLinker &Linker,
                const controller::ExecutorProcess &Executor);

/// The file that perf reads symbols, lines and code from when it reports, long
/// after the program has ended. It has the name that perf shows, in a folder of
/// its contents: a program that is recorded twice has one. It goes away with
/// this, unless it is kept, or was there.
class PerfFile {
public:
  PerfFile() = default;
  PerfFile(const PerfFile &) = delete;
  PerfFile &operator=(const PerfFile &) = delete;
  ~PerfFile();

  /// Writes it, if it is wanted, for the program \p Name. That it cannot be is
  /// an error where somebody has asked for it; a perf that happens to record
  /// then shows addresses.
  Expected<void> write(const DebugSettings &Settings, llvm::StringRef Name,
                       ProgramLinker &Linker);
  /// Absolute; empty for none.
  const std::string &path() const { return Path; }
  /// What --perf is to name for the same; empty where nobody has asked.
  const std::string &askedFolder() const { return AskedFolder; }
  void keep() { IsKept = true; }

private:
  Expected<void> writeTo(llvm::StringRef Folder, llvm::StringRef Name,
                         llvm::ArrayRef<char> Image);

  std::string Path;
  std::string AskedFolder;
  bool IsKept = false;
};

} // namespace remoterun::driver

#endif

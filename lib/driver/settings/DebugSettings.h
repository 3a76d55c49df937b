//===- DebugSettings.h - What debuggers and profilers are given -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_DEBUGSETTINGS_H
#define REMOTERUN_DRIVER_SETTINGS_DEBUGSETTINGS_H

#include <optional>
#include <string>
#include <vector>

namespace remoterun::driver {

/// For debuggers and profilers.
struct DebugSettings {
  /// Whether a debugger sees the program; by default, if it has debug
  /// information.
  std::optional<bool> Support;
  bool Wait = false;            ///< Until a debugger has attached.
  std::vector<std::string> Gdb; ///< The command to become; empty for none.
  /// Where to write perf's file; empty for the folder that perf has for such.
  std::optional<std::string> PerfFolder;
  /// A recording perf has started us.
  bool IsRecorded = false;

  bool wantsPerfFile() const { return PerfFolder || IsRecorded; }
};

} // namespace remoterun::driver

#endif

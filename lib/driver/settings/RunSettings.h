//===- RunSettings.h - All that a program is compiled, linked and run by -*- C++
//-*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_RUNSETTINGS_H
#define REMOTERUN_DRIVER_SETTINGS_RUNSETTINGS_H

#include "driver/settings/CompileSettings.h"
#include "driver/settings/DebugSettings.h"
#include "driver/settings/LaunchSettings.h"
#include "driver/settings/Limits.h"
#include "driver/settings/LinkSettings.h"
#include "driver/settings/TargetChoice.h"
#include "jit/debug/CrashSymbolizer.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::driver {

/// What makes the program.
struct ProgramSettings {
  CompileSettings Compile;
  LinkSettings Link;
  TargetChoice Target;
  /// Somebody describes the program before it starts: it cannot be one that was
  /// linked in an earlier run.
  bool NeedsLink = false;
  /// A debugger is told of functions that are compiled while the program runs.
  bool IsDebugged = false;

  /// What code generation depends on, beside the IR: for the keys of caches.
  std::vector<std::string> codeGenerationChoices() const;
};

/// And what it runs by.
struct RunSettings : ProgramSettings {
  std::vector<std::string> GuestArguments; ///< argv, argv[0] included.
  LaunchSettings Launch;
  Limits Limited;
  DebugSettings Debugging;
  /// How much is said of a crash of the guest; nothing but the signal if empty.
  std::optional<jit::SymbolDetail> Symbolize = jit::SymbolDetail::Full;
  /// CodeGen is still to get the executor's processor (-mcpu=native).
  bool UsesExecutorCpu = false;
};

} // namespace remoterun::driver

#endif

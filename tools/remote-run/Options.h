//===- Options.h - What the command line asks for ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_OPTIONS_H
#define REMOTERUN_TOOLS_OPTIONS_H

#include "LauncherOptions.h"
#include "LimitOptions.h"
#include "LinkOptions.h"
#include "SavingOptions.h"
#include "TargetOptions.h"
#include "driver/settings/RunSettings.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/debug/CrashSymbolizer.h"
#include "remote-run/ExecutorAddr.h"
#include "remote-run/Failure.h"
#include "wire/Messages.h"

#include "llvm/Support/CachePruning.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace remoterun {

/// What the driver goes by, and what is the tool's alone.
struct Options : driver::RunSettings {
  bool StartsAgain = false; ///< It executed itself: nobody speaks of that.
  /// Exits with 128+N in place of dying of the signal that ended the guest.
  bool SignalExitStatus = false;
  bool Trace = false;
  bool Stats = false;
};

/// Parses the whole command line. Handles --help and --version itself, by
/// printing and exiting.
Expected<Options> parseOptions(int Count, char **Values);

/// What --result-json named, also where parseOptions() has failed; empty for
/// none.
std::string resultFileGiven();

} // namespace remoterun

#endif

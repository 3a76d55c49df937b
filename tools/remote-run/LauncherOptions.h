//===- LauncherOptions.h - What stands in front of the executor -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_LAUNCHEROPTIONS_H
#define REMOTERUN_TOOLS_LAUNCHEROPTIONS_H

#include "controller/base/Failure.h"

#include <string>
#include <vector>

namespace remoterun {

/// How the executor is started, and what its guest starts with.
struct LaunchOptions {
  std::vector<std::string> Launcher; ///< By words; empty for none.
  /// The launcher passes neither descriptors nor wait statuses through.
  bool Forwarded = false;
  bool UploadsStub = false;
  /// A shell at the far end reads its words, and what follows them.
  bool ReachesShell = false;
  std::vector<std::string> Environment; ///< "NAME=VALUE".
  std::string Directory;                ///< Empty for the current one.
};

/// Whether a launcher of these words is known to need the forwarded manner.
bool isForwardedByDefault(const std::vector<std::string> &Launcher);

/// What the command line says of all that.
Expected<LaunchOptions> chosenLaunch();

} // namespace remoterun

#endif

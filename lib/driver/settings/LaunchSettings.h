//===- LaunchSettings.h - How the executor is started -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_LAUNCHSETTINGS_H
#define REMOTERUN_DRIVER_SETTINGS_LAUNCHSETTINGS_H

#include <optional>
#include <string>
#include <vector>

namespace remoterun::driver {

/// How the executor is started, and what its guest starts with.
struct LaunchSettings {
  std::vector<std::string> Launcher; ///< By words; empty for none.
  /// The launcher passes neither descriptors nor wait statuses through.
  bool Forwarded = false;
  bool UploadsStub = false;
  /// A shell at the far end reads its words, and what follows them.
  bool ReachesShell = false;
  /// Forwarded: the far end keeps what it is sent of programs, in this folder;
  /// empty for the user's own there.
  std::optional<std::string> RemoteCache;
  std::vector<std::string> Environment; ///< "NAME=VALUE".
  std::string Directory;                ///< Empty for the current one.
  int PatienceMs = 10000;               ///< For each wait on the executor.
};

} // namespace remoterun::driver

#endif

//===- LaunchRequest.h - How the executor is to be started ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_LAUNCHREQUEST_H
#define REMOTERUN_CONTROLLER_LAUNCH_LAUNCHREQUEST_H

#include <optional>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace remoterun::controller {

struct LaunchRequest {
  std::string ExecutorPath;           ///< A file, not searched for in PATH.
  std::vector<std::string> Arguments; ///< The guest's argv, argv[0] included.
  /// A command that starts the executor, by words: an emulator, say. The first
  /// is searched for in PATH; after the last follow the executor's file, and
  /// the guest's arguments but argv[0]. Empty for none.
  std::vector<std::string> Launcher = {};
  /// How long the executor may keep us waiting for a byte.
  int PatienceMs = 10000;
  /// Gives it the memory for crash reports. Without it, the executor leaves
  /// signals alone.
  bool WantsCrashReport = true;
  /// The executor gets a process group of its own.
  bool OwnGroup = false;
  /// The launcher passes neither descriptors nor wait statuses through: the
  /// session goes over its standard input and output, and the guest's streams
  /// are messages (PROTOCOL.md, section 12).
  bool Forwarded = false;
  /// Forwarded: the executor is sent to where the launcher leads, first.
  bool UploadsExecutor = false;
  /// The launcher is an emulator, which cannot execute programs of its own
  /// kind.
  bool IsEmulated = false;
  /// The launcher leaves descriptors, limits and the environment as they are.
  bool IsTransparent = false;
  /// Forwarded: the far end may keep blocks of the program, in this folder of
  /// its own; empty for the user's.
  std::optional<std::string> BlockFolder = std::nullopt;
  /// "NAME=VALUE", for the guest, in place of what it would inherit.
  std::vector<std::string> Environment = {};
  /// "NAME=VALUE", for the launcher, which keeps it from the guest.
  std::vector<std::string> LauncherEnvironment = {};
  /// Forwarded: a shell at the far end reads the launcher's words (ssh(1)).
  bool ReachesShell = false;
  /// The soft limit on the stack that it starts with (RLIMIT_STACK): libc and
  /// the kernel look at it only then.
  std::optional<rlim_t> StackLimit = std::nullopt;
};

} // namespace remoterun::controller

#endif

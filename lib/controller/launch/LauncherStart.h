//===- LauncherStart.h - A command that starts the executor -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_LAUNCHERSTART_H
#define REMOTERUN_CONTROLLER_LAUNCH_LAUNCHERSTART_H

#include "transport/Descriptor.h"

#include <csignal>
#include <sys/types.h>

namespace remoterun::controller {

struct LauncherStart {
  char **Arguments; ///< The first word is searched for in PATH.
  char **Environment;
  bool OwnGroup; ///< It leads a process group of its own.
  /// The session's descriptors, and the numbers that it inherits them under.
  transport::AgreedDescriptors Ours, Numbers;
  /// What the kernel sends it when this thread ends. A shell that holds a file
  /// of ours has to live until it has removed that, and ends by the hangup.
  int EndSignal = SIGKILL;
};

/// Starts it as the executor's process (Children.h), and so that the kernel
/// ends it when this thread ends: unlike the executor, it does not see to that
/// itself. 0 or errno.
int startLauncher(const LauncherStart &Request, pid_t &Pid);

} // namespace remoterun::controller

#endif

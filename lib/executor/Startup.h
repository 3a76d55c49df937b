//===- Startup.h - How the executor is told of its session ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the direct manner the executor is started with the guest's own argument
// vector and environment, so that ps(1), /proc/self/cmdline and libc's
// program_invocation_name are right by nature. The session's descriptors come
// in one environment variable (the way of sd_listen_fds(3)), which is taken out
// again before the guest can see it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_STARTUP_H
#define REMOTERUN_EXECUTOR_STARTUP_H

#include "transport/Descriptor.h"

#include <optional>

namespace remoterun::executor {

/// What the process was started with.
struct ProcessArguments {
  int Count = 0;
  char **Values = nullptr;      ///< argv
  char **Environment = nullptr; ///< envp, without the session's variable.
};

struct Startup {
  transport::Descriptor In;
  transport::Descriptor Out;
  /// SIGCHLD was ignored when the controller started. The controller had to
  /// change that to learn of our end; the guest must find it as it was.
  bool IgnoreSigchld = false;
};

/// The environment variable: "<in>,<out>" or "<in>,<out>,ignore-sigchld".
inline constexpr char SessionVariable[] = "REMOTE_RUN_EXECUTOR";

/// Takes the session's variable out of \p Process.Environment and of environ.
/// Empty if there is none or it is not well formed. The descriptors are made
/// close-on-exec.
std::optional<Startup> takeStartup(ProcessArguments &Process);

} // namespace remoterun::executor

#endif

//===- Startup.h - How the executor is told of its session ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the direct manner the executor is started with the guest's own argument
// vector and environment, so that ps(1), /proc/self/cmdline and libc's
// program_invocation_name are right by nature. So the session's descriptors
// cannot be named there: they have agreed numbers. Where those are taken, or a
// launcher would lose them, they come in an environment variable (the way of
// sd_listen_fds(3)), which is taken out again before the guest can see it.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SESSION_STARTUP_H
#define REMOTERUN_EXECUTOR_SESSION_STARTUP_H

#include "executor/base/Failure.h"
#include "executor/base/ProcessArguments.h"
#include "transport/Descriptor.h"
#include "wire/Messages.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace remoterun::executor {

struct Startup {
  transport::Descriptor In;
  transport::Descriptor Out;
  /// Shared with the controller; not open where there is none.
  transport::Descriptor CrashMemory = {};
  /// What is the controller's of LD_PRELOAD; it lives as long as the process.
  std::string_view Preloaded = {};
  /// Where blocks of programs may be kept, from the root; there for as long as
  /// the process is. Null for nowhere.
  const char *BlockFolder = nullptr;
  /// For thread-local variables; no bytes for what there is anyway.
  wire::Restart Room = {};
};

/// What another executable needs to go on with a session.
struct Continuation {
  transport::AgreedDescriptors Descriptors;
  std::string_view Preloaded = {};
  const char *BlockFolder = nullptr;
};

/// Executes the executor anew, with \p Room for thread-local variables.
/// Returns why that failed.
Failure startAnew(const Continuation &Session, const ProcessArguments &Process,
                  const wire::Restart &Room);

/// Takes the session's variable out of \p Process.Environment and of environ,
/// or else looks for pipes, and perhaps memory, under the agreed numbers. Empty
/// if there is neither; a variable that is not well formed, or names no pipes,
/// is the guest's. The descriptors are made close-on-exec.
std::optional<Startup> takeStartup(ProcessArguments &Process);

/// The same for an executor whose only argument says that its standard input
/// and output are the session's. They lead nowhere then, and to standard error.
std::optional<Startup> takeStandardStreams(const ProcessArguments &Process);

} // namespace remoterun::executor

#endif

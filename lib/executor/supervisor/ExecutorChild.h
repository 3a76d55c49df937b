//===- ExecutorChild.h - The executor as a supervisor's child ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SUPERVISOR_EXECUTORCHILD_H
#define REMOTERUN_EXECUTOR_SUPERVISOR_EXECUTORCHILD_H

#include "executor/base/Failure.h"
#include "transport/FrameChannel.h"
#include "wire/ForwardedMessages.h"

#include <csignal>
#include <link.h>

namespace remoterun::executor {

/// The signals that must come back to the guest as they were.
struct InheritedSignals {
  sigset_t Mask;
  struct sigaction OfChildren;
};

/// Everything that the child needs, made before it is.
struct ChildPlan {
  const wire::Start &Request;
  const InheritedSignals &Signals;
  transport::Descriptor Executable;
  ElfW(auxv_t) * Auxiliary; ///< Of this process.
  const char *BlockFolder;  ///< As in Startup.
  /// Its standard streams.
  transport::Descriptor Input = {}, Output = {}, Error = {};
  /// Its session.
  transport::Descriptor Requests = {}, Answers = {}, CrashFile = {};
};

/// In the child of a fork: it is an executor from here on.
[[noreturn]] void becomeExecutor(ChildPlan Plan);

/// Tells the controller, as far as there is one, and ends this process.
[[noreturn]] void giveUp(transport::FrameChannel &Controller,
                         const Failure &Reason);

} // namespace remoterun::executor

#endif

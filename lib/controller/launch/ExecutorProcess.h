//===- ExecutorProcess.h - The executor as our child ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launching in the direct manner: the executor is our child, inherits standard
// streams, environment, directory, signal mask and limits from us as a native
// program would from the shell, and is never left behind.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_LAUNCH_EXECUTORPROCESS_H
#define REMOTERUN_CONTROLLER_LAUNCH_EXECUTORPROCESS_H

#include "controller/base/WaitStatus.h"
#include "controller/crash/CrashMemory.h"
#include "controller/launch/ForwardedStart.h"
#include "controller/launch/LaunchRequest.h"
#include "controller/terminal/LentTerminal.h"
#include "remote-run/Failure.h"
#include "transport/FrameChannel.h"

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>

namespace remoterun::controller {

/// Owns the child: one that is still there when this goes away is killed and
/// reaped. Launch on a thread that lives as long as the guest shall: the kernel
/// ties the executor's life to that thread (PR_SET_PDEATHSIG, prctl(2)).
class ExecutorProcess {
public:
  /// Starts the executor and does not wait for it. A failure has exit status
  /// 126 or 127, as from a shell (POSIX, "Exit Status for Commands").
  static Expected<ExecutorProcess> launch(const LaunchRequest &Request);

  ExecutorProcess(ExecutorProcess &&Other) noexcept;
  ExecutorProcess &operator=(ExecutorProcess &&) = delete;
  ~ExecutorProcess();

  transport::FrameChannel &channel() { return Channel; }
  /// Where the guest leaves a report when it crashes.
  const CrashMemory &crashMemory() const { return Crash; }
  CrashMemory &crashMemory() { return Crash; }
  /// For diagnostics: "executor 'path'", and through which launcher.
  std::string describe() const;
  bool hasLauncher() const { return !LauncherName.empty(); }
  bool isForwarded() const { return Forwarded.has_value(); }
  /// Before Hello is awaited: what of launch() takes answers.
  Expected<void> completeLaunch();
  /// It has said Hello: a launcher that asked for a password is done with the
  /// terminal.
  void noteGreeting() { Lent.reset(); }
  const std::string &path() const { return Path; }
  pid_t pid() const { return Pid; }
  /// The guest must be given back what launch() had to change.
  bool foundSigchldIgnored() const { return SigchldWasIgnored; }

  /// How the process ended, if it does within \p Milliseconds.
  std::optional<WaitStatus> waitFor(int Milliseconds);

  /// To be called by who has reaped pid() by other means.
  void noteReaped() { Pid = -1; }

private:
  struct Ends;
  /// Takes our ends out of \p Made.
  ExecutorProcess(const LaunchRequest &Request, pid_t Pid, Ends &Made);

  /// The three manners.
  static Expected<ExecutorProcess> launchDirectly(const LaunchRequest &Request,
                                                  Ends &Made);
  static Expected<ExecutorProcess> launchThrough(const LaunchRequest &Request,
                                                 Ends &Made);
  static Expected<ExecutorProcess> launchForwarded(const LaunchRequest &Request,
                                                   Ends &Made);

  std::string Path;
  std::string LauncherName; ///< Its first word; empty for none.
  int PatienceMs;
  bool SigchldWasIgnored = false;
  pid_t Pid;
  transport::FrameChannel Channel;
  CrashMemory Crash;
  std::optional<ForwardedStart> Forwarded;
  std::unique_ptr<LentTerminal> Lent; ///< To a launcher.
};

} // namespace remoterun::controller

#endif

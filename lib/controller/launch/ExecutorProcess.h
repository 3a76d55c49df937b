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

#include "controller/base/Failure.h"
#include "controller/base/WaitStatus.h"
#include "controller/crash/CrashMemory.h"
#include "controller/launch/ForwardedStart.h"
#include "controller/terminal/LentTerminal.h"
#include "transport/FrameChannel.h"

#include <memory>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/types.h>
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
  /// "NAME=VALUE", for the guest, in place of what it would inherit.
  std::vector<std::string> Environment = {};
  /// Forwarded: a shell at the far end reads the launcher's words (ssh(1)).
  bool ReachesShell = false;
  /// The soft limit on the stack that it starts with (RLIMIT_STACK): libc and
  /// the kernel look at it only then.
  std::optional<rlim_t> StackLimit = std::nullopt;
};

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
  /// "NAME=VALUE", a variable of the guest's that had to be kept from the
  /// launcher; empty for none.
  const std::string &withheldVariable() const { return Withheld; }

  /// How the process ended, if it does within \p Milliseconds.
  std::optional<WaitStatus> waitFor(int Milliseconds);

  /// To be called by who has reaped pid() by other means.
  void noteReaped() { Pid = -1; }

private:
  ExecutorProcess(const LaunchRequest &Request, pid_t Pid,
                  bool SigchldWasIgnored, transport::FrameChannel Channel,
                  CrashMemory Crash);

  std::string Path;
  std::string LauncherName; ///< Its first word; empty for none.
  int PatienceMs;
  bool SigchldWasIgnored;
  pid_t Pid;
  transport::FrameChannel Channel;
  CrashMemory Crash;
  std::string Withheld;
  std::optional<ForwardedStart> Forwarded;
  std::unique_ptr<LentTerminal> Lent; ///< To a launcher.
};

} // namespace remoterun::controller

#endif

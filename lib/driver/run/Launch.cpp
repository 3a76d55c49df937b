//===- Launch.cpp - From the options to an executor that has said Hello ---===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/Launch.h"
#include "controller/launch/CommandWords.h"
#include "controller/process/AddressSpaceLimit.h"
#include "driver/link/ProgramLinker.h"

#include <cstring>

namespace remoterun::driver {

using controller::ExecutorProcess;
using controller::Session;

/// The limit is the process's; the program's stack is the emulator's affair,
/// which tells it from its options.
static void limitStack(uint64_t Bytes, controller::LaunchRequest &Request) {
  Request.StackLimit = Bytes;
  for (size_t I = 0; Request.IsEmulated && I != Request.Launcher.size(); ++I)
    if (llvm::StringRef(Request.Launcher[I]).starts_with("qemu-")) {
      Request.Launcher.insert(Request.Launcher.begin() +
                                  static_cast<ptrdiff_t>(I + 1),
                              {"-s", std::to_string(Bytes)});
      return;
    }
}

Expected<ExecutorProcess> launch(const RunSettings &Settings) {
  controller::LaunchRequest Request;
  Request.ExecutorPath = Settings.Target.Stub;
  // An emulator runs where the launcher leads.
  Request.Launcher = Settings.Launch.Launcher;
  Request.ReachesShell = Settings.Launch.ReachesShell;
  for (const std::string &Word : Settings.Target.Emulator)
    Request.Launcher.push_back(
        Request.ReachesShell ? controller::quotedWord(Word) : Word);
  Request.IsEmulated = !Settings.Target.Emulator.empty();
  Request.IsTransparent =
      Request.IsEmulated && Settings.Launch.Launcher.empty();
  Request.LauncherEnvironment = Settings.Target.EmulatorEnvironment;
  Request.Forwarded = Settings.Launch.Forwarded;
  Request.UploadsExecutor = Settings.Launch.UploadsStub;
  Request.BlockFolder = Settings.Launch.RemoteCache;
  Request.Environment = Settings.Launch.Environment;
  Request.Arguments = Settings.GuestArguments;
  Request.PatienceMs = Settings.Launch.PatienceMs;
  Request.WantsCrashReport = Settings.Symbolize.has_value();
  // gdb gives the terminal to the group of the program that it lets run.
  Request.OwnGroup = Settings.Limited.Timeout.has_value() ||
                     Settings.Launch.Forwarded ||
                     !Settings.Debugging.Gdb.empty();
  if (const wire::Run::Limit *Stack =
          Settings.Limited.find(wire::Run::Resource::Stack))
    limitStack(Stack->Soft, Request);
  return ExecutorProcess::launch(Request);
}

bool canLimitEmulator(const RunSettings &Settings) {
  return Settings.Launch.Launcher.empty() && !Settings.Launch.Forwarded &&
         llvm::Triple(Settings.Target.Isa->Triple).isArch64Bit();
}

Expected<void> limitEmulator(const RunSettings &Settings, pid_t Emulator,
                             Session &Link) {
  const wire::Run::Limit *Memory =
      Settings.Limited.find(wire::Run::Resource::Memory);
  if (!Memory || Settings.Target.Emulator.empty() ||
      !canLimitEmulator(Settings))
    return {};
  // Its answer comes when the executor has done all that was asked before, and
  // has given up what it had reserved for larger programs.
  if (auto Answered = Link.describeCpu(); !Answered)
    return Answered.error();
  if (int Error = controller::limitAddressSpace(Emulator, Memory->Soft))
    return Failure{Blame::Internal, "cannot limit the memory of '" +
                                        Settings.Target.Emulator.front() +
                                        "': " + strerror(Error)};
  return {};
}

Expected<void> greet(const RunSettings &Settings, Session &Link) {
  if (!Settings.UsesExecutorCpu)
    if (auto Greeted = Link.handshake(); !Greeted)
      return Greeted;
  return loadLibraries(Settings.Link, Link);
}

} // namespace remoterun::driver

//===- Launch.cpp - From the options to an executor that has said Hello ---===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launch.h"
#include "controller/launch/CommandWords.h"
#include "controller/process/AddressSpaceLimit.h"

#include <cstring>

namespace remoterun {

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

Expected<ExecutorProcess> launch(const Options &Chosen) {
  controller::LaunchRequest Request;
  Request.ExecutorPath = Chosen.Target.Stub;
  // An emulator runs where the launcher leads.
  Request.Launcher = Chosen.Launch.Launcher;
  Request.ReachesShell = Chosen.Launch.ReachesShell;
  for (const std::string &Word : Chosen.Target.Emulator)
    Request.Launcher.push_back(
        Request.ReachesShell ? controller::quotedWord(Word) : Word);
  Request.IsEmulated = !Chosen.Target.Emulator.empty();
  Request.IsTransparent = Request.IsEmulated && Chosen.Launch.Launcher.empty();
  Request.Forwarded = Chosen.Launch.Forwarded;
  Request.UploadsExecutor = Chosen.Launch.UploadsStub;
  Request.Environment = Chosen.Launch.Environment;
  Request.Arguments = Chosen.GuestArguments;
  Request.PatienceMs = Chosen.PatienceMs;
  Request.WantsCrashReport = Chosen.Symbolize.has_value();
  // gdb gives the terminal to the group of the program that it lets run.
  Request.OwnGroup = Chosen.Limited.Timeout.has_value() ||
                     Chosen.Launch.Forwarded || !Chosen.Debugging.Gdb.empty();
  if (const wire::Run::Limit *Stack =
          Chosen.Limited.find(wire::Run::Resource::Stack))
    limitStack(Stack->Soft, Request);
  return ExecutorProcess::launch(Request);
}

bool canLimitEmulator(const Options &Chosen) {
  return Chosen.Launch.Launcher.empty() && !Chosen.Launch.Forwarded &&
         llvm::Triple(Chosen.Target.Isa->Triple).isArch64Bit();
}

Expected<void> limitEmulator(const Options &Chosen, pid_t Emulator,
                             Session &Link) {
  const wire::Run::Limit *Memory =
      Chosen.Limited.find(wire::Run::Resource::Memory);
  if (!Memory || Chosen.Target.Emulator.empty() || !canLimitEmulator(Chosen))
    return {};
  // Its answer comes when the executor has done all that was asked before, and
  // has given up what it had reserved for larger programs.
  if (auto Answered = Link.describeCpu(); !Answered)
    return Answered.error();
  if (int Error = controller::limitAddressSpace(Emulator, Memory->Soft))
    return Failure{Blame::Internal, "cannot limit the memory of '" +
                                        Chosen.Target.Emulator.front() +
                                        "': " + strerror(Error)};
  return {};
}

Expected<void> loadLibraries(const Options &Chosen, Session &Link) {
  if (Chosen.Link.Libraries.empty())
    return {};
  wire::Load Request;
  Request.LoadNow = !Chosen.AsImage;
  for (const std::string &Directory : Chosen.Link.Directories)
    Request.Directories.push(Directory);
  for (const LinkLine::Library &Library : Chosen.Link.Libraries)
    Request.Libraries.push({Library.How, Library.Text});
  return Link.load(Request);
}

Expected<void> greet(const Options &Chosen, Session &Link) {
  if (!Chosen.UsesExecutorCpu)
    if (auto Greeted = Link.handshake(); !Greeted)
      return Greeted;
  return loadLibraries(Chosen, Link);
}

} // namespace remoterun

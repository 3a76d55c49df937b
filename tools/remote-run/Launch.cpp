//===- Launch.cpp - From the options to an executor that has said Hello ---===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launch.h"

namespace remoterun {

using controller::ExecutorProcess;
using controller::Session;

Expected<ExecutorProcess> launch(const Options &Chosen) {
  controller::LaunchRequest Request;
  Request.ExecutorPath = Chosen.Target.Stub;
  // An emulator runs where the launcher leads.
  Request.Launcher = Chosen.Launch.Launcher;
  Request.Launcher.insert(Request.Launcher.end(),
                          Chosen.Target.Emulator.begin(),
                          Chosen.Target.Emulator.end());
  Request.IsEmulated = !Chosen.Target.Emulator.empty();
  Request.Forwarded = Chosen.Launch.Forwarded;
  Request.UploadsExecutor = Chosen.Launch.UploadsStub;
  Request.Environment = Chosen.Launch.Environment;
  Request.Directory = Chosen.Launch.Directory;
  Request.Arguments = Chosen.GuestArguments;
  Request.PatienceMs = Chosen.PatienceMs;
  Request.WantsCrashReport = Chosen.Symbolize.has_value();
  Request.OwnGroup =
      Chosen.Limited.Timeout.has_value() || Chosen.Launch.Forwarded;
  if (const wire::Run::Limit *Stack =
          Chosen.Limited.find(wire::Run::Resource::Stack))
    Request.StackLimit = Stack->Soft;
  return ExecutorProcess::launch(Request);
}

Expected<void> greet(const Options &Chosen, Session &Link) {
  if (!Chosen.UsesExecutorCpu)
    if (auto Greeted = Link.handshake(); !Greeted)
      return Greeted;
  if (Chosen.Libraries.empty())
    return {};
  wire::Load Request;
  for (const std::string &Directory : Chosen.LibraryDirectories)
    Request.Directories.push(Directory);
  for (const Options::Library &Library : Chosen.Libraries)
    Request.Libraries.push({Library.How, Library.Text});
  return Link.load(Request);
}

} // namespace remoterun

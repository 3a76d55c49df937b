//===- Launch.cpp - From the options to an executor that has said Hello ---===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launch.h"
#include "controller/Children.h"
#include "controller/FilterProcess.h"
#include "jit/CodeGenFlags.h"

#include <csignal>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

using controller::ExecutorProcess;
using controller::Session;

namespace {

/// Leaves what was read from standard input to who reads there next.
Expected<void> rewindInput(const jit::InputFile &Input) {
  if (Input.Name != "<stdin>")
    return {};
  StringRef Bytes = Input.Contents->getBuffer();
  auto File = controller::fileInMemory("input", {Bytes.data(), Bytes.size()});
  if (!File)
    return File.error();
  if (::dup2(File->get(), STDIN_FILENO) < 0)
    return Failure{Blame::Internal, "cannot replace standard input"};
  return {};
}

} // namespace

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

std::string inputNames(const Workshop &Shop) {
  jit::SourceFiles Files;
  for (const jit::InputFile &Input : Shop.Inputs)
    Files.Names.push_back(Input.Name);
  return Files.together();
}

Expected<void> agreeOnTarget(const Options &Chosen, const Workshop &Shop,
                             const ExecutorProcess &Executor) {
  const Triple Named = tripleOf(Shop);
  const jit::Isa *Isa = jit::findIsa(Named.getArch());
  if (!Isa || !Chosen.CodeGen.Triple.empty() || Isa == Chosen.Target.Isa)
    return {};
  if (Chosen.Target.IsGiven)
    return Failure{Blame::Input, "'" + inputNames(Shop) + "' is for '" +
                                     Named.str() + "', and not for '" +
                                     Chosen.Target.Isa->Triple.str() +
                                     "', as --target or --stub has it"};
  if (auto Rewound = rewindInput(Shop.Inputs.front()); !Rewound)
    return Rewound;
  controller::endChildren();
  if (Executor.foundSigchldIgnored())
    ::signal(SIGCHLD, SIG_IGN);
  return becomeProgramFor(*Isa);
}

namespace {

/// \p Given, which are for remote-passes, with the processor of \p Chosen in
/// the place of -mcpu; before all others, so that an -mattr counts for more.
std::vector<std::string> withProcessor(const jit::CodeGenOptions &Chosen,
                                       const std::vector<std::string> &Given) {
  std::vector<std::string> Arguments;
  if (!Chosen.Cpu.empty())
    Arguments.push_back("-mcpu=" + Chosen.Cpu);
  if (!Chosen.Features.empty())
    Arguments.push_back("-mattr=" + Chosen.Features);
  for (size_t I = 0; I != Given.size(); ++I) {
    StringRef Name = StringRef(Given[I]).ltrim('-');
    bool IsCpu = Name == "mcpu" || Name.starts_with("mcpu=");
    if (!IsCpu)
      Arguments.push_back(Given[I]);
    else if (Name == "mcpu" && I + 1 != Given.size())
      ++I;
  }
  return Arguments;
}

} // namespace

Expected<void> askForProcessor(Options &Chosen, Session &Link) {
  if (auto Greeted = Link.handshake(); !Greeted)
    return Greeted;
  auto Facts = Link.describeCpu();
  if (!Facts)
    return Facts.error();
  jit::useProcessor(Chosen.CodeGen, *Chosen.Target.Isa,
                    {Facts->Capabilities, Facts->MoreCapabilities,
                     Facts->Platform, Facts->Description});
  Chosen.OptimizerArguments =
      withProcessor(Chosen.CodeGen, Chosen.OptimizerArguments);
  return {};
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

//===- TargetAgreement.cpp - One machine for all who have a say -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TargetAgreement.h"
#include "controller/process/Children.h"
#include "controller/process/FilterProcess.h"
#include "jit/codegen/CodeGenFlags.h"

#include <csignal>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

Expected<void> checkTarget(const Triple &Target, bool NeedsLowAddresses,
                           const controller::ExecutorFacts &Facts) {
  Triple Theirs(Triple::normalize(Facts.Triple));
  if (Target.getArch() != Theirs.getArch() || Target.getOS() != Theirs.getOS())
    return Failure{Blame::Input, "the program is for '" + Target.str() +
                                     "', the executor runs '" + Theirs.str() +
                                     "'; choose another --stub, or --mtriple "
                                     "if the IR fits both"};
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  if (NeedsLowAddresses &&
      (Facts.Slab.Start + Facts.Slab.Size).value() > TwoGiB)
    return Failure{Blame::Executor,
                   "the executor found no memory below 2 GiB, which "
                   "--relocation-model=static needs; use "
                   "--relocation-model=pic or --code-model=large"};
  return {};
}

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

Expected<void> agreeOnTarget(const Options &Chosen, const Workshop &Shop,
                             const controller::ExecutorProcess &Executor) {
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

Expected<void> askForProcessor(Options &Chosen, controller::Session &Link) {
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

} // namespace remoterun

//===- TargetAgreement.cpp - One machine for all who have a say -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TargetAgreement.h"
#include "controller/process/Children.h"
#include "controller/process/FilterProcess.h"

#include <csignal>
#include <unistd.h>

using namespace llvm;

namespace remoterun {

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

Expected<void> agreeOnTarget(const Options &Given,
                             const driver::Compilation &Work,
                             const controller::ExecutorProcess &Executor) {
  const Triple Named = Work.triple();
  const jit::Isa *Isa = jit::findIsa(Named.getArch());
  if (!Isa || !Given.Compile.CodeGen.Triple.empty() || Isa == Given.Target.Isa)
    return {};
  if (Given.Target.IsGiven)
    return Failure{Blame::Input, "'" + Work.inputNames() + "' is for '" +
                                     Named.str() + "', and not for '" +
                                     Given.Target.Isa->Triple.str() +
                                     "', as --target or --stub has it"};
  if (auto Rewound = rewindInput(Work.Read.Inputs.front()); !Rewound)
    return Rewound;
  controller::endChildren();
  if (Executor.foundSigchldIgnored())
    ::signal(SIGCHLD, SIG_IGN);
  return becomeProgramFor(*Isa);
}

} // namespace remoterun

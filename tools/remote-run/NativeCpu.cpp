//===- NativeCpu.cpp - The processor that the executor has ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeCpu.h"
#include "jit/CodeGenFlags.h"

using namespace llvm;

namespace remoterun {

namespace {

/// For remote-passes: the options of \p Given without -mcpu, and \p Cpu before
/// them, so that an -mattr counts for more.
std::vector<std::string> argumentsFor(const jit::CpuChoice &Cpu,
                                      const std::vector<std::string> &Given) {
  std::vector<std::string> Arguments = {"-mcpu=" + Cpu.Name};
  if (!Cpu.Features.empty())
    Arguments.push_back("-mattr=" + Cpu.Features);
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

Expected<const Options *> withCpuOfExecutor(const Options &Given,
                                            controller::Session &Link) {
  if (!Given.AsksForCpu)
    return &Given;
  if (auto Greeted = Link.handshake(); !Greeted)
    return Greeted.error();
  auto Facts = Link.describeCpu();
  if (!Facts)
    return Facts.error();
  jit::CpuChoice Cpu =
      jit::chooseCpu(Triple(Triple::normalize(Link.facts().Triple)), *Facts);
  auto *Chosen = new Options(Given);
  jit::useCpu(Chosen->CodeGen, Cpu);
  Chosen->OptimizerArguments = argumentsFor(Cpu, Given.OptimizerArguments);
  return Chosen;
}

} // namespace remoterun

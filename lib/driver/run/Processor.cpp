//===- Processor.cpp - The processor of the executor ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/run/Processor.h"
#include "jit/codegen/CodeGenFlags.h"

#include "llvm/ADT/StringRef.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// \p Given, which are for remote-passes, with the processor of \p Options in
/// the place of -mcpu; before all others, so that an -mattr counts for more.
std::vector<std::string> withProcessor(const jit::CodeGenOptions &Options,
                                       const std::vector<std::string> &Given) {
  std::vector<std::string> Arguments;
  if (!Options.Cpu.empty())
    Arguments.push_back("-mcpu=" + Options.Cpu);
  if (!Options.Features.empty())
    Arguments.push_back("-mattr=" + Options.Features);
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

Expected<void> askForProcessor(ProgramSettings &Settings,
                               controller::Session &Link) {
  if (auto Greeted = Link.handshake(); !Greeted)
    return Greeted;
  auto Facts = Link.describeCpu();
  if (!Facts)
    return Facts.error();
  jit::useProcessor(Settings.Compile.CodeGen, *Settings.Target.Isa,
                    {Facts->Capabilities, Facts->MoreCapabilities,
                     Facts->Platform, Facts->Description});
  Settings.Compile.OptimizerArguments = withProcessor(
      Settings.Compile.CodeGen, Settings.Compile.OptimizerArguments);
  return {};
}

} // namespace remoterun::driver

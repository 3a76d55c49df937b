//===- RunSettings.cpp - All that a program is compiled by ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/settings/RunSettings.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace remoterun::driver {

std::vector<std::string> ProgramSettings::codeGenerationChoices() const {
  std::vector<std::string> Choices = Compile.AsGiven;
  // What "native" stood for.
  Choices.push_back(Compile.CodeGen.Cpu);
  Choices.push_back(Compile.CodeGen.Features);
  Choices.push_back(Compile.CodeGen.DefaultTriple);
  if (Link.StartsGprof)
    Choices.push_back("gprof");
  if (!Link.AsImage)
    Choices.push_back("no image");
  append_range(Choices, Link.Rules.AsGiven);
  // It is not local to its module, whatever the IR says.
  Choices.push_back(Compile.EntryFunction);
  if (Compile.IsOpenWorld)
    Choices.push_back("open world");
  return Choices;
}

const wire::Run::Limit *Limits::find(wire::Run::Resource What) const {
  auto Found = find_if(Resources, [&](const wire::Run::Limit &Each) {
    return Each.What == What;
  });
  return Found == Resources.end() ? nullptr : &*Found;
}

const jit::Isa &TargetChoice::host() {
  static const jit::Isa &Own = jit::isaOf(Triple(sys::getProcessTriple()));
  return Own;
}

} // namespace remoterun::driver

//===- CodeGenFlags.cpp - Code generation on the command line -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/CodeGenFlags.h"

#include "llvm/CodeGen/CommandFlags.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Made by registerCodeGenFlags(): an option exists for llvm::cl from its
/// construction on.
struct Flags {
  cl::opt<std::string> Level{"O", cl::Prefix, cl::init("2"),
                             cl::value_desc("level"),
                             cl::desc("Code generation level, -O0 to -O3; "
                                      "default: -O2")};
  cl::opt<std::string> Triple{"mtriple", cl::value_desc("triple"),
                              cl::desc("Override the module's target triple")};
  codegen::RegisterCodeGenFlags Shared;
};

Flags &flags() {
  static Flags All;
  return All;
}

Expected<CodeGenOptLevel> parseLevel() {
  const std::string &Given = flags().Level;
  auto Level =
      Given.size() == 1 ? CodeGenOpt::parseLevel(Given[0]) : std::nullopt;
  if (!Level)
    return Failure{Blame::Usage,
                   "-O" + Given + ": the levels are -O0, -O1, -O2 and -O3"};
  return *Level;
}

void annotateFor(CodeGenOptions &Chosen) {
  Chosen.Annotate = [Cpu = Chosen.Cpu, Features = Chosen.Features](Module &M) {
    codegen::setFunctionAttributes(Cpu, Features, M);
  };
}

} // namespace

void registerCodeGenFlags() { flags(); }

Expected<CodeGenOptions> codeGenOptionsOfFlags() {
  CodeGenOptions Chosen;
  auto Level = parseLevel();
  if (!Level)
    return Level.error();
  Chosen.Level = *Level;
  Chosen.Triple = flags().Triple;
  Chosen.Arch = codegen::getMArch();
  Chosen.Cpu = codegen::getCPUStr();
  Chosen.Features = codegen::getFeaturesStr();
  Chosen.Relocation = codegen::getExplicitRelocModel();
  Chosen.Code = codegen::getExplicitCodeModel();
  Chosen.LargeDataThreshold = codegen::getExplicitLargeDataThreshold();
  Chosen.Target = codegen::InitTargetOptionsFromCodeGenFlags(
      Triple(sys::getProcessTriple()));
  annotateFor(Chosen);
  return Chosen;
}

bool isNativeCpuChosen() { return codegen::getMCPU() == "native"; }

void useCpu(CodeGenOptions &Chosen, const CpuChoice &Cpu) {
  Chosen.Cpu = Cpu.Name;
  Chosen.Features = Cpu.Features;
  for (const std::string &Attribute : codegen::getMAttrs())
    Chosen.Features += (Chosen.Features.empty() ? "" : ",") + Attribute;
  annotateFor(Chosen);
}

} // namespace remoterun::jit

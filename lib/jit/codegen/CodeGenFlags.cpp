//===- CodeGenFlags.cpp - Code generation on the command line -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/CodeGenFlags.h"
#include "jit/base/LlvmVersion.h"
#include "jit/ir/PassReports.h"
#include "jit/target/Backends.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
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

void annotateWithProcessor(CodeGenOptions &Made) {
  Made.Annotate = [Cpu = Made.Cpu, Features = Made.Features](Module &M) {
    llvm_version::setFunctionAttributes(M, Cpu, Features);
  };
}

} // namespace

void registerCodeGenFlags() {
  flags();
  registerPassReportFlags();
}

Expected<CodeGenOptions> codeGenOptionsOfFlags() {
  CodeGenOptions Made;
  auto Level = parseLevel();
  if (!Level)
    return Level.error();
  Made.Level = *Level;
  Made.Triple = flags().Triple;
  Made.Arch = codegen::getMArch();
  Made.Cpu = codegen::getCPUStr();
  Made.Features = codegen::getFeaturesStr();
  Made.Relocation = codegen::getExplicitRelocModel();
  Made.Code = codegen::getExplicitCodeModel();
  Made.LargeDataThreshold = codegen::getExplicitLargeDataThreshold();
  Made.Target = codegen::InitTargetOptionsFromCodeGenFlags(
      Triple(sys::getProcessTriple()));
  annotateWithProcessor(Made);
  return Made;
}

bool isNativeProcessorWanted() { return codegen::getMCPU() == "native"; }

void useProcessor(CodeGenOptions &Options, const Isa &Target,
                  const ProcessorFacts &Facts) {
  Processor Described = Target.Describe(Facts);
  Options.Cpu.clear();
  SmallVector<std::string, 32> Features;
  Triple Named(Target.Triple);
  std::string Error;
  if (initializeBackend(Named.getArch()))
    if (const auto *Found = TargetRegistry::lookupTarget("", Named, Error)) {
      auto Known = llvm_version::createSubtarget(*Found, Named, "");
      if (Known->isCPUStringValid(Described.Name))
        Options.Cpu = Described.Name;
      for (const SubtargetFeatureKV &Feature : Known->getAllProcessorFeatures())
        if (StringRef Name = llvm_version::nameOf(Feature);
            is_contained(Described.Features, Name))
          Features.push_back(("+" + Name).str());
    }
  // What the user says goes before.
  append_range(Features, codegen::getMAttrs());
  Options.Features = join(Features, ",");
  annotateWithProcessor(Options);
}

} // namespace remoterun::jit

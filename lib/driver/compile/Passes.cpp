//===- Passes.cpp - IR through --passes -----------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/Passes.h"
#include "jit/base/LlvmVersion.h"
#include "jit/ir/EntryFunction.h"
#include "jit/ir/Optimizer.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// What --passes makes of \p M, of the file \p Name.
Expected<jit::InputFile> optimize(Compilation &Work, Module &M,
                                  const std::string &Name) {
  // remote-passes would take it for this machine's.
  if (jit::llvm_version::targetTriple(M).str().empty() &&
      Work.Settings.Compile.CodeGen.Triple.empty())
    jit::llvm_version::setTargetTriple(
        M, Triple(Work.Settings.Compile.CodeGen.DefaultTriple));
  Work.Watching.begins("optimizing '" + Name + "'");
  jit::OptimizerSettings Settings;
  Settings.Path = Work.Settings.Compile.PassesPath;
  Settings.Pipeline = Work.Settings.Compile.Passes;
  Settings.CodeGenArguments = Work.Settings.Compile.OptimizerArguments;
  Settings.InputName = Name;
  Settings.CrashFolder = Work.Settings.Compile.CrashFolder;
  auto Result = jit::optimize(M, Settings);
  if (!Result)
    return Result.error();
  Work.Report.PrintedByPasses += Result->Printed;
  append_range(Work.Report.WarningsOfPasses, Result->Warnings);
  return jit::InputFile{Name, std::move(Result->Bitcode)};
}

} // namespace

Expected<void> optimizeUnits(Compilation &Work, jit::Roots Kept) {
  jit::ProgramIR Before = std::move(Work.Loaded.IR);
  std::vector<Module *> Modules;
  for (const jit::Unit &Unit : Before.Units)
    Modules.push_back(Unit.IR.get());
  // Or its being local to the module lets passes remove it.
  if (Module *M =
          jit::moduleWithEntry(Modules, Work.Settings.Compile.EntryFunction))
    if (auto Prepared =
            jit::prepareEntry(*M, Work.Settings.Compile.EntryFunction);
        !Prepared)
      return Prepared.error();
  Work.Loaded.Optimized.clear();
  Work.Report.PrintedByPasses.clear();
  Work.Report.WarningsOfPasses.clear();
  for (jit::Unit &Unit : Before.Units) {
    auto Made =
        optimize(Work, *Unit.IR, Before.Files.Names[Unit.Files.front()]);
    if (!Made)
      return Made.error();
    Work.Loaded.Optimized.push_back(std::move(*Made));
    Unit.IR.reset();
  }
  // What nothing refers to any more is left out, too.
  Kept.ForOptimizer = false;
  Work.Loaded.Context = std::make_unique<LLVMContext>();
  Work.Diagnostics.attachTo(*Work.Loaded.Context);
  auto After = jit::loadUnits(Work.Loaded.Optimized, Kept, /*More=*/nullptr,
                              *Work.Loaded.Context, Work.Diagnostics);
  if (!After)
    return After.error();
  append_range(After->LeftOut.All, Before.LeftOut.All);
  append_range(After->LeftOut.Offered, Before.LeftOut.Offered);
  After->LeftOut.InArchives = std::move(Before.LeftOut.InArchives);
  // Of the units that it read, it knows what files they were made of.
  for (jit::Unit &Unit : After->Units) {
    std::vector<uint32_t> Files;
    for (uint32_t Number : Unit.Files)
      append_range(Files, Before.Units[Number].Files);
    Unit.Files = std::move(Files);
  }
  After->Files = std::move(Before.Files);
  Work.Loaded.IR = std::move(*After);
  return {};
}

} // namespace remoterun::driver

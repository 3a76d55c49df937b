//===- Passes.cpp - IR through --passes -----------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Passes.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmVersion.h"
#include "jit/ir/EntryFunction.h"
#include "jit/ir/Optimizer.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun {

namespace {

/// What --passes makes of \p M, of the file \p Name.
Expected<jit::InputFile> optimize(const Options &Chosen, Workshop &Shop,
                                  Module &M, const std::string &Name) {
  // remote-passes would take it for this machine's.
  if (jit::llvm_version::targetTriple(M).str().empty() &&
      Chosen.CodeGen.Triple.empty())
    jit::llvm_version::setTargetTriple(M, Triple(Chosen.CodeGen.DefaultTriple));
  jit::setCrashContext("optimizing '" + Name + "'");
  jit::OptimizerSettings Settings;
  Settings.Path = Chosen.PassesPath;
  Settings.Pipeline = Chosen.Passes;
  Settings.CodeGenArguments = Chosen.OptimizerArguments;
  Settings.InputName = Name;
  Settings.CrashFolder = Chosen.CrashFolder;
  auto Result = jit::optimize(M, Settings);
  if (!Result)
    return Result.error();
  Shop.PrintedByPasses += Result->Printed;
  append_range(Shop.WarningsOfPasses, Result->Warnings);
  return jit::InputFile{Name, std::move(Result->Bitcode)};
}

} // namespace

Expected<void> optimizeUnits(const Options &Chosen, Workshop &Shop,
                             jit::Roots Kept) {
  jit::ProgramIR Before = std::move(Shop.IR);
  std::vector<Module *> Modules;
  for (const jit::Unit &Unit : Before.Units)
    Modules.push_back(Unit.IR.get());
  // Or its being local to the module lets passes remove it.
  if (Module *M = jit::moduleWithEntry(Modules, Chosen.EntryFunction))
    if (auto Prepared = jit::prepareEntry(*M, Chosen.EntryFunction); !Prepared)
      return Prepared.error();
  Shop.Optimized.clear();
  Shop.PrintedByPasses.clear();
  Shop.WarningsOfPasses.clear();
  for (jit::Unit &Unit : Before.Units) {
    auto Made = optimize(Chosen, Shop, *Unit.IR,
                         Before.Files.Names[Unit.Files.front()]);
    if (!Made)
      return Made.error();
    Shop.Optimized.push_back(std::move(*Made));
    Unit.IR.reset();
  }
  // What nothing refers to any more is left out, too.
  Kept.ForOptimizer = false;
  Shop.Context = std::make_unique<LLVMContext>();
  Shop.Diagnostics.attachTo(*Shop.Context);
  auto After =
      jit::loadUnits(Shop.Optimized, Kept, *Shop.Context, Shop.Diagnostics);
  if (!After)
    return After.error();
  append_range(After->LeftOut.All, Before.LeftOut.All);
  append_range(After->LeftOut.Offered, Before.LeftOut.Offered);
  // Of the units that it read, it knows what files they were made of.
  for (jit::Unit &Unit : After->Units) {
    std::vector<uint32_t> Files;
    for (uint32_t Number : Unit.Files)
      append_range(Files, Before.Units[Number].Files);
    Unit.Files = std::move(Files);
  }
  After->Files = std::move(Before.Files);
  Shop.IR = std::move(*After);
  return {};
}

} // namespace remoterun

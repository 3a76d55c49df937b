//===- LateDivision.cpp - Units without late functions --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateDivision.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/SlotObject.h"
#include "jit/ir/Normalize.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DebugInfo.h"

using namespace llvm;

namespace remoterun::driver {

/// Where something looks at the program, or at its code, before it runs, all of
/// it has to be there. A sanitizer's runtime reads the names of functions from
/// the program's file.
static bool looksAtAll(const ProgramSettings &Settings) {
  const CompileSettings &Compile = Settings.Compile;
  return Settings.NeedsLink || Compile.CompilesAnew || Compile.UseObjectCache ||
         !Compile.Saving.MapFile.empty() || Compile.Saving.ObjectFolder ||
         !Compile.Saving.AssemblyFile.empty() ||
         !Settings.Link.Preloaded.empty();
}

/// Late code is told of forks by libc.
bool mayBeLate(const ProgramSettings &Settings) {
  const jit::CodeGenOptions &CodeGen = Settings.Compile.CodeGen;
  bool IsCodeSmall =
      CodeGen.Code.value_or(CodeModel::Small) == CodeModel::Small &&
      CodeGen.Relocation.value_or(Reloc::PIC_) == Reloc::PIC_;
  return IsCodeSmall && Settings.Compile.IsLazy && Settings.Link.AsImage &&
         Settings.Link.ProcessSymbols && !looksAtAll(Settings);
}

Expected<LateDivision>
divideUnits(Compilation &Work,
            const std::vector<jit::CodeGenerator> &Generators) {
  jit::ProgramIR &IR = Work.Loaded.IR;
  jit::UnreadBodies *Unread =
      Work.Loaded.Unread ? &*Work.Loaded.Unread : nullptr;
  auto Plan = std::make_shared<jit::LatePlan>();
  Plan->Extent = *Work.LateRoom;
  Plan->Units.resize(IR.Units.size());
  LateDivision Made;
  Made.Bodies.resize(IR.Units.size());
  for (size_t Number = 0; Number != IR.Units.size(); ++Number) {
    jit::Unit &Its = IR.Units[Number];
    jit::dissolveComdats(*Its.IR);
    if (!Its.MayDivide)
      continue;
    // Types and variables would come with every function. A debugger has all
    // compiled before.
    bool HasDebugInfo = Its.IR->getNamedMetadata("llvm.dbg.cu") != nullptr;
    if (HasDebugInfo)
      stripNonLineTableDebugInfo(*Its.IR);
    jit::CodeGenerator Prototype = Generators[Number].another();
    // A program that runs has the terminal.
    Prototype.becomeQuiet();
    Plan->Units[Number] = {.Name = IR.Files.together(Its.Files),
                           .MayBeFaster = Prototype.mayBeFaster(),
                           .HasDebugInfo = HasDebugInfo};
    Made.Bodies[Number].Prototype.emplace(std::move(Prototype));
    Made.Bodies[Number].IsOptimized =
        Work.Settings.Compile.CodeGen.Level != CodeGenOptLevel::None;
    auto Functions =
        jit::divideLate(*Its.IR, static_cast<uint32_t>(Number),
                        Work.Settings.Compile.EntryFunction, Unread, *Plan);
    if (!Functions)
      return jit::fromLlvm(Blame::Input,
                           "cannot read IR of '" + Plan->Units[Number].Name +
                               "' again",
                           Functions.takeError());
    Made.Bodies[Number].Functions = std::move(*Functions);
    if (Unread) {
      Made.Bodies[Number].Bitcode = Unread->Bitcode;
      Made.Bodies[Number].Readers = std::make_shared<jit::UnitReaders>(
          std::move(Unread->Bitcode), std::move(Unread->Readers),
          jit::UnitTerms(*Its.IR, Unread->Globals,
                         Work.Settings.Compile.CodeGen));
      Unread->Globals.clear();
    }
  }
  size_t Rest = 0;
  for (const jit::Unit &Unit : IR.Units)
    Rest += count_if(*Unit.IR, [](const Function &F) {
      return !F.isDeclarationForLinker();
    });
  Work.Watching.compiles(Rest);
  Work.Watching.generates(&IR.Files);
  jit::completeOutside(*Plan, *jit::isaOf(Generators.front().triple()).Late);
  Made.Plan = std::make_shared<jit::PlanOnDemand>(std::move(Plan));
  return Made;
}

void startLateWorkers(Compilation &Work, LateDivision Division) {
  const jit::LatePlan &Plan = *Division.Plan->All.get();
  // Late bodies refer to what is in these.
  std::vector<std::unique_ptr<Module>> Rest;
  for (jit::Unit &Unit : Work.Loaded.IR.Units)
    Rest.push_back(std::move(Unit.IR));
  auto Bodies = std::make_shared<jit::LateBodies>(
      std::move(Work.Loaded.Context), std::move(Rest),
      std::move(Division.Bodies), Plan);
  Work.Late = std::make_unique<LateWorkers>(
      Division.Plan, std::move(Bodies), Work.Settings.Compile.Jobs,
      [&Watching = Work.Watching] { Watching.beginsThread(); });
  auto Entry = find_if(Plan.Functions, [&](const jit::PlannedFunction &Each) {
    return Each.Name == Work.Settings.Compile.EntryFunction;
  });
  if (Work.ReplacesLoops)
    Work.Late->replaceLoops();
  std::vector<uint32_t> First = Plan.Constructors;
  if (Entry != Plan.Functions.end())
    First.push_back(static_cast<uint32_t>(Entry - Plan.Functions.begin()));
  if (Work.Cache)
    Work.Late->keepFinished();
  // The program will wait for its interpreter's loop, which has no fast code.
  auto IsLess = [&Plan](uint32_t Its, uint32_t Other) {
    return Plan.Functions[Its].Weight < Plan.Functions[Other].Weight;
  };
  if (auto Largest = max_element(Plan.Interpreters, IsLess);
      Largest != Plan.Interpreters.end())
    Work.Late->foresee(*Largest);
  Work.Late->start(First);
}

} // namespace remoterun::driver

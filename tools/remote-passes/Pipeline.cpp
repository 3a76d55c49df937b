//===- Pipeline.cpp - LLVM's passes, by their names -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pipeline.h"
#include "ReplaceLoops.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"

using namespace llvm;

namespace remoterun {

namespace {

/// What passes ask about the module, and remember between them.
struct Analyses {
  LoopAnalysisManager Loops;
  FunctionAnalysisManager Functions;
  CGSCCAnalysisManager CallGraph;
  ModuleAnalysisManager Modules;

  explicit Analyses(PassBuilder &Builder) {
    Builder.registerModuleAnalyses(Modules);
    Builder.registerCGSCCAnalyses(CallGraph);
    Builder.registerFunctionAnalyses(Functions);
    Builder.registerLoopAnalyses(Loops);
    Builder.crossRegisterProxies(Loops, Functions, CallGraph, Modules);
  }
};

} // namespace

Expected<void> runPipeline(Module &M, TargetMachine &Machine,
                           const std::string &Pipeline) {
  PassInstrumentationCallbacks Callbacks;
  PassBuilder Builder(&Machine, PipelineTuningOptions(), std::nullopt,
                      &Callbacks);
  ReplaceLoops::registerIn(Builder);
  ModulePassManager Passes;
  if (Error E = Builder.parsePassPipeline(Passes, Pipeline))
    return jit::fromLlvm(Blame::Usage, "--passes=" + Pipeline, std::move(E));
  // Kept until the process ends, which is soon: to free them takes longer.
  auto &Known = *new Analyses(Builder);
  // Among them is the one that keeps passes off functions marked optnone.
  StandardInstrumentations Instrumentations(M.getContext(),
                                            /*DebugLogging=*/false);
  Instrumentations.registerCallbacks(Callbacks, &Known.Modules);
  Passes.run(M, Known.Modules);
  // For -time-passes; nothing without it.
  Instrumentations.getTimePasses().print();
  return {};
}

} // namespace remoterun

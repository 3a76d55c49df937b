//===- CodePipeline.cpp - The passes from IR to objects -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/CodePipeline.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/Pass.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// The last pass that runs on each function.
class DoneReporter : public FunctionPass {
public:
  explicit DoneReporter(std::function<void()> Done)
      : FunctionPass(ID), Done(std::move(Done)) {}

  bool runOnFunction(Function &) override {
    Done();
    return false;
  }
  void getAnalysisUsage(AnalysisUsage &Usage) const override {
    Usage.setPreservesAll();
  }
  StringRef getPassName() const override { return "Report progress"; }

private:
  static char ID;
  const std::function<void()> Done;
};

char DoneReporter::ID;

/// Runs when all functions have been written. Directives may be made by macros,
/// or of operands: the assembler's own list tells what files it has read.
class IncludeFinder : public ModulePass {
public:
  IncludeFinder(MCContext *const &Context, std::string &Found)
      : ModulePass(ID), Context(Context), Found(Found) {}

  bool runOnModule(Module &) override {
    const SourceMgr *Sources = Context->getInlineSourceManager();
    if (!Sources)
      return false;
    for (unsigned I = 1; I <= Sources->getNumBuffers(); ++I)
      if (Sources->getParentIncludeLoc(I).isValid())
        Found = Sources->getMemoryBuffer(I)->getBufferIdentifier();
    return false;
  }
  void getAnalysisUsage(AnalysisUsage &Usage) const override {
    Usage.setPreservesAll();
  }
  StringRef getPassName() const override { return "Find included files"; }

private:
  static char ID;
  MCContext *const &Context; ///< Which there is when passes run.
  std::string &Found;
};

char IncludeFinder::ID;

} // namespace

std::unique_ptr<CodePipeline>
CodePipeline::create(TargetMachine &Machine, std::function<void()> FunctionDone,
                     bool FindsIncludedFiles) {
  std::unique_ptr<CodePipeline> Made(new CodePipeline);
  legacy::PassManager &Passes = Made->Passes;
  Passes.add(new TargetLibraryInfoWrapperPass(Machine.getTargetTriple()));
  if (Machine.addPassesToEmitMC(Passes, Made->Context, Made->Stream,
                                /*DisableVerify=*/true))
    return nullptr;
  if (FunctionDone)
    Passes.add(new DoneReporter(std::move(FunctionDone)));
  if (FindsIncludedFiles)
    Passes.add(new IncludeFinder(Made->Context, Made->IncludedFile));
  return Made;
}

ObjectBytes CodePipeline::run(Module &M) {
  IncludedFile.clear();
  Passes.run(M);
  ObjectBytes Made = std::move(Object);
  Object.clear();
  return Made;
}

} // namespace remoterun::jit

//===- ModuleCompiler.cpp - From a module to objects ----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/ModuleCompiler.h"
#include "driver/compile/CodeGeneration.h"
#include "driver/compile/Compilation.h"
#include "driver/compile/NativeFiles.h"
#include "driver/compile/ProgramCache.h"
#include "driver/open/KeptModule.h"
#include "driver/open/WarningCollector.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// The names for which it matters whether somebody has defined them before.
void noteYielding(const Module &M, std::vector<std::string> &Names) {
  for (const auto &Entry : M.getComdatSymbolTable())
    Names.push_back(Entry.first().str());
  for (const GlobalObject &Defined : M.global_objects())
    if (!Defined.isDeclaration() && !Defined.hasComdat() &&
        Defined.isWeakForLinker())
      Names.push_back(Defined.getName().str());
}

/// Makes declarations of what \p IsKnown: of a COMDAT, of all or of nothing.
void yieldToKnown(Module &M, function_ref<bool(StringRef)> IsKnown) {
  DenseSet<const Comdat *> Known;
  for (const auto &Entry : M.getComdatSymbolTable())
    if (IsKnown(Entry.first()))
      Known.insert(&Entry.second);
  auto Yields = [&](const GlobalObject &Defined) {
    if (Defined.isDeclaration() || Defined.hasLocalLinkage())
      return false;
    return Defined.hasComdat()
               ? Known.contains(Defined.getComdat())
               : Defined.isWeakForLinker() && IsKnown(Defined.getName());
  };
  for (Function &F : M)
    if (Yields(F)) {
      F.deleteBody();
      F.setComdat(nullptr);
    }
  for (GlobalVariable &Variable : M.globals())
    if (Yields(Variable) && !Variable.hasAppendingLinkage()) {
      Variable.setInitializer(nullptr);
      Variable.setLinkage(GlobalValue::ExternalLinkage);
      Variable.setComdat(nullptr);
    }
}

/// libc has atexit(3) in an archive, for each object of its own (LSB,
/// "__cxa_atexit"): what a module registers is to run when that is removed.
void defineAtexit(Module &M) {
  Function *Declared = M.getFunction("atexit");
  if (!Declared || !Declared->isDeclaration() || Declared->arg_size() != 1)
    return;
  Type *Result = Declared->getReturnType();
  if (!Result->isIntegerTy(32) ||
      !Declared->getArg(0)->getType()->isPointerTy())
    return;
  LLVMContext &Context = M.getContext();
  Type *Pointer = PointerType::get(Context, 0);
  FunctionCallee Register =
      M.getOrInsertFunction("__cxa_atexit", Result, Pointer, Pointer, Pointer);
  Constant *Handle =
      M.getOrInsertGlobal("__dso_handle", Type::getInt8Ty(Context));
  cast<GlobalValue>(Handle)->setVisibility(GlobalValue::HiddenVisibility);
  IRBuilder<> Builder(BasicBlock::Create(Context, "", Declared));
  Builder.CreateRet(
      Builder.CreateCall(Register, {Declared->getArg(0),
                                    Constant::getNullValue(Pointer), Handle}));
  Declared->setLinkage(GlobalValue::InternalLinkage);
  Declared->setVisibility(GlobalValue::DefaultVisibility);
}

} // namespace

namespace {

/// Has the IR in \p Work as the module is to have it.
ModuleOutline shape(Compilation &Work, function_ref<bool(StringRef)> IsKnown,
                    StringRef BodySuffix) {
  ModuleOutline Outline;
  for (const jit::Unit &Unit : Work.Loaded.IR.Units) {
    if (!BodySuffix.empty())
      append_range(Outline.Bodies, separateBodies(*Unit.IR, BodySuffix));
    noteYielding(*Unit.IR, Outline.Yielding);
    yieldToKnown(*Unit.IR, IsKnown);
    defineAtexit(*Unit.IR);
  }
  // The order of a hash table is nobody's.
  sort(Outline.Yielding);
  return Outline;
}

} // namespace

Expected<CompiledModule> compileModule(const ProgramSettings &Settings,
                                       jit::InputFile Input,
                                       const controller::ExecutorFacts &Facts,
                                       function_ref<bool(StringRef)> IsKnown,
                                       StringRef BodySuffix,
                                       std::vector<std::string> &Warnings) {
  WarningCollector Watching(Warnings);
  Compilation Work(Settings, Watching);
  CompiledModule Made;
  Made.Name = Input.Name;
  Work.Read.Inputs.push_back(std::move(Input));
  checkCache(Work);
  if (auto Read = readNativeFiles(Work); !Read)
    return Read.error();
  auto Outline = findKeptModule(Work, Facts, IsKnown, BodySuffix);
  Made.IsFromCache = Outline.has_value();
  if (!Outline) {
    if (auto Loaded = loadIR(Work); !Loaded)
      return Loaded.error();
    Outline = shape(Work, IsKnown, BodySuffix);
    auto Inputs =
        loadNativeInputs(Work, Triple(Triple::normalize(Facts.Triple)));
    if (!Inputs)
      return Inputs.error();
    auto Compiled = compileIR(Work, *Inputs, Facts);
    if (!Compiled)
      return Compiled.error();
    Work.Compiled = std::move(*Compiled);
    keepModule(Work, *Outline, IsKnown, BodySuffix);
  }
  append_range(Warnings, Work.Compiled->Warnings);
  Made.FunctionsCompiled = Watching.compiled();
  // It will be linked more than once, whatever becomes of the cache.
  for (jit::CompiledPart &Part : Work.Compiled->Parts) {
    Made.WithDebugInfo.push_back(Part.HasDebugInfo ? Part.source()
                                                   : jit::ObjectSource());
    Part.KeptIn.clear();
  }
  Made.Bodies = std::move(Outline->Bodies);
  Made.Code = std::move(*Work.Compiled);
  Made.Native = std::move(*Work.Read.Native);
  return Made;
}

} // namespace remoterun::driver

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

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

/// Passes on what is said to who asked.
class WarningCollector : public Observer {
public:
  explicit WarningCollector(std::vector<std::string> &Warnings)
      : Warnings(Warnings) {}
  void warn(const std::string &Message) override {
    Warnings.push_back(Message);
  }

private:
  std::vector<std::string> &Warnings;
};

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
  if (auto Loaded = loadIR(Work); !Loaded)
    return Loaded.error();
  for (const jit::Unit &Unit : Work.Loaded.IR.Units) {
    if (!BodySuffix.empty())
      append_range(Made.Bodies, separateBodies(*Unit.IR, BodySuffix));
    yieldToKnown(*Unit.IR, IsKnown);
    defineAtexit(*Unit.IR);
  }
  const Triple Target(Triple::normalize(Facts.Triple));
  auto Inputs = loadNativeInputs(Work, Target);
  if (!Inputs)
    return Inputs.error();
  auto Compiled = compileIR(Work, *Inputs, Facts);
  if (!Compiled)
    return Compiled.error();
  append_range(Warnings, Compiled->Warnings);
  Made.Code = std::move(*Compiled);
  Made.Native = std::move(*Work.Read.Native);
  return Made;
}

} // namespace remoterun::driver

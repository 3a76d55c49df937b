//===- ReplaceLoops.cpp - Every loop goes on elsewhere --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReplaceLoops.h"
#include "jit/codegen/LabelValues.h"
#include "jit/codegen/LatePlan.h"
#include "jit/codegen/LateTraits.h"
#include "jit/codegen/LoopReplacement.h"
#include "jit/codegen/TierRule.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace remoterun {

namespace {

/// Whether loops of \p F may be replaced while it runs. Labels are numbers in
/// fast code alone, and the tables of both bodies would be here.
bool hasReplacements(Function &F) {
  if (F.isDeclaration() || jit::hasLabelValues(F) ||
      !jit::lateTraitsOf(F, {}).IsLate)
    return false;
  jit::PlannedFunction Planned;
  Planned.Name = F.getName().str();
  Planned.IsCalledOnce = true;
  auto First = jit::firstCodeOf(F, Planned);
  return First == jit::FirstCode::FastOfLoops ||
         First == jit::FirstCode::FastOfSomeLoops;
}

/// What \p F does from its loop \p Number on, as a function beside it.
Function *continuationOf(Function &F, size_t Number) {
  const std::string Name =
      (F.getName() + ".loop." + std::to_string(Number)).str();
  ValueToValueMapTy Same;
  Function *Copy = CloneFunction(&F, Same);
  Copy->setName(Name);
  Copy->setComdat(nullptr);
  Copy->setVisibility(GlobalValue::DefaultVisibility);
  Copy->setLinkage(GlobalValue::InternalLinkage);
  jit::ReplaceableLoops(*Copy).continueFrom(Number, F.getName());
  return F.getParent()->getFunction(Name);
}

} // namespace

void ReplaceLoops::replace(Function &F, GlobalVariable &Told) const {
  jit::ReplaceableLoops Loops(F);
  SmallVector<Constant *, 16> Words;
  auto *None = ConstantPointerNull::get(PointerType::getUnqual(F.getContext()));
  for (size_t Number = 0; Number != Loops.size(); ++Number)
    Words.push_back(Its.has(Number)
                        ? static_cast<Constant *>(continuationOf(F, Number))
                        : None);
  if (Words.empty())
    return;
  constexpr char Name[] = "\1replaced loops";
  Loops.addChecks(Told, /*Offset=*/0, Name);
  GlobalVariable *Table = F.getParent()->getNamedGlobal(Name);
  Table->setInitializer(
      ConstantArray::get(ArrayType::get(None->getType(), Words.size()), Words));
  Table->setLinkage(GlobalValue::PrivateLinkage);
  Table->setVisibility(GlobalValue::DefaultVisibility);
  Table->setName("");
}

PreservedAnalyses ReplaceLoops::run(Module &M, ModuleAnalysisManager &) {
  auto *Byte = Type::getInt8Ty(M.getContext());
  auto *Told = new GlobalVariable(M, Byte, /*isConstant=*/false,
                                  GlobalValue::PrivateLinkage,
                                  ConstantInt::get(Byte, 0));
  SmallVector<Function *, 0> Before;
  for (Function &F : M)
    if (hasReplacements(F))
      Before.push_back(&F);
  for (Function *F : Before)
    replace(*F, *Told);
  return PreservedAnalyses::none();
}

void ReplaceLoops::registerIn(PassBuilder &Builder) {
  Builder.registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &Passes,
         ArrayRef<PassBuilder::PipelineElement>) {
        Choice Its;
        if (!Name.consume_front("replace-loops"))
          return false;
        if (!Name.empty()) {
          auto [Rest, Divisor] = Name.split('/');
          if (!Rest.consume_front("<") || !Divisor.consume_back(">") ||
              Rest.getAsInteger(10, Its.Rest) ||
              Divisor.getAsInteger(10, Its.Divisor) || Its.Divisor == 0)
            return false;
        }
        Passes.addPass(ReplaceLoops(Its));
        return true;
      });
}

} // namespace remoterun

//===- LateCompiler.cpp - One function of a unit at a time ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateCompiler.h"
#include "jit/codegen/LateSource.h"
#include "jit/codegen/TierRule.h"
#include "jit/target/LateSlots.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

/// Where a call of \p F begins, and each turn of its loops, nearly: blocks that
/// a later one leads back to.
static SmallVector<BasicBlock *, 8> turnsOf(Function &F) {
  SmallVector<BasicBlock *, 8> Found = {&F.getEntryBlock()};
  SmallPtrSet<const BasicBlock *, 16> Before, Known;
  for (BasicBlock &Block : F) {
    Before.insert(&Block);
    for (BasicBlock *Next : successors(&Block))
      if (Before.contains(Next) && Known.insert(Next).second)
        Found.push_back(Next);
  }
  return Found;
}

/// Has \p F, of that \p Number, count its turns. Much has fast code before
/// anybody calls it, and is not asked for then; and what runs most is to have
/// better code first.
static void countTurns(Function &F, uint32_t Number) {
  Module &M = *F.getParent();
  Type *Byte = Type::getInt8Ty(M.getContext());
  Type *Count = Type::getInt64Ty(M.getContext());
  // LLVM takes the first "\1" for its own.
  auto *Control = cast<GlobalVariable>(
      M.getOrInsertGlobal(("\1" + LateCode::Control).str(), Byte));
  Control->setVisibility(GlobalValue::HiddenVisibility);
  Control->setDSOLocal(true);
  for (BasicBlock *Block : turnsOf(F)) {
    auto Place = Block->isEntryBlock() ? Block->getFirstNonPHIOrDbgOrAlloca()
                                       : Block->getFirstInsertionPt();
    if (Place == Block->end())
      continue;
    IRBuilder<> Builder(Block, Place);
    Value *Its = Builder.CreateConstInBoundsGEP1_64(
        Byte, Control, LateCode::TurnsOffset + 8 * uint64_t(Number));
    Value *Before = Builder.CreateLoad(Count, Its);
    Builder.CreateStore(Builder.CreateAdd(Before, Builder.getInt64(1)), Its);
  }
}

Expected<std::optional<ObjectBytes>>
LateCompiler::compile(uint32_t Number, const PlannedFunction &Planned,
                      Module &M, bool &IsFast, bool MayWait) {
  Diagnostics.attachTo(M.getContext());
  Function *F = M.getFunction(Planned.Name + LateBody.str());
  if (!F)
    return Failure{Blame::Internal,
                   "function '" + Planned.Name + "' is not in its unit"};
  IsFast = IsFast && !needsFinalCode(*F, Planned);
  if (MayWait && !IsFast)
    return std::optional<ObjectBytes>();
  if (IsFast)
    countTurns(*F, Number);
  auto Object = (IsFast ? Fast : Asked).compile(M, Unit.Name, Diagnostics);
  if (!Object)
    return Object.error();
  return std::optional(std::move(*Object));
}

} // namespace remoterun::jit

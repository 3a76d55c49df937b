//===- LabelNumbers.cpp - Labels as numbers instead of places -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LabelNumbers.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// By number, from 1 on.
SmallVector<BlockAddress *, 0> labelsOf(Function &F) {
  SmallVector<BlockAddress *, 0> Labels;
  for (BasicBlock &Each : F)
    if (Each.hasAddressTaken())
      Labels.push_back(BlockAddress::get(&F, &Each));
  return Labels;
}

/// A jump to one of \p Numbers.
void switchInstead(IndirectBrInst &Jump,
                   const DenseMap<BasicBlock *, uint64_t> &Numbers) {
  BasicBlock &From = *Jump.getParent();
  IRBuilder<> Builder(&Jump);
  auto *None = BasicBlock::Create(From.getContext(), "", From.getParent());
  new UnreachableInst(From.getContext(), None);
  SwitchInst *Made = Builder.CreateSwitch(
      Builder.CreatePtrToInt(Jump.getAddress(), Builder.getInt64Ty()), None);
  SmallPtrSet<BasicBlock *, 32> Before;
  for (BasicBlock *Each : successors(&Jump)) {
    auto Its = Numbers.find(Each);
    // No number leads there, or one that is there already.
    if (Its == Numbers.end() || !Before.insert(Each).second)
      Each->removePredecessor(&From, /*KeepOneInputPHIs=*/true);
    else
      Made->addCase(Builder.getInt64(Its->second), Each);
  }
  Jump.eraseFromParent();
}

} // namespace

SmallPtrSet<Value *, 16> labelsIn(Function &F) {
  SmallPtrSet<Value *, 16> Found;
  SmallVector<Value *, 16> Left;
  for (BasicBlock &Each : F)
    if (auto *Jump = dyn_cast<IndirectBrInst>(Each.getTerminator()))
      Left.push_back(Jump->getAddress());
  while (!Left.empty()) {
    Value *Its = Left.pop_back_val();
    if (!isa<Instruction>(Its) || !Found.insert(Its).second)
      continue;
    if (auto *Phi = dyn_cast<PHINode>(Its))
      append_range(Left, Phi->incoming_values());
    else if (auto *Choice = dyn_cast<SelectInst>(Its))
      Left.append({Choice->getTrueValue(), Choice->getFalseValue()});
    else if (auto *Frozen = dyn_cast<FreezeInst>(Its))
      Left.push_back(Frozen->getOperand(0));
  }
  return Found;
}

void numberLabels(Function &F) {
  DenseMap<BasicBlock *, uint64_t> Numbers;
  Type *Word = Type::getInt64Ty(F.getContext());
  for (BlockAddress *Each : labelsOf(F)) {
    const uint64_t Its = Numbers.size() + 1;
    Numbers[Each->getBasicBlock()] = Its;
    Each->replaceAllUsesWith(ConstantExpr::getIntToPtr(
        ConstantInt::get(Word, Its), Each->getType()));
    Each->destroyConstant();
  }
  for (BasicBlock &Each : make_early_inc_range(F))
    if (auto *Jump = dyn_cast<IndirectBrInst>(Each.getTerminator()))
      switchInstead(*Jump, Numbers);
}

GlobalVariable *placesOf(Function &F) {
  auto *Pointer = PointerType::getUnqual(F.getContext());
  SmallVector<Constant *, 0> Places = {ConstantPointerNull::get(Pointer)};
  append_range(Places, labelsOf(F));
  auto *Type = ArrayType::get(Pointer, Places.size());
  return new GlobalVariable(*F.getParent(), Type, /*isConstant=*/true,
                            GlobalValue::PrivateLinkage,
                            ConstantArray::get(Type, Places));
}

} // namespace remoterun::jit

//===- BodyFacts.cpp - What there is to know of a body --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/BodyFacts.h"
#include "jit/base/LlvmVersion.h"
#include "jit/codegen/LabelValues.h"
#include "jit/codegen/LateTraits.h"
#include "jit/ir/GlobalReferences.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

ArrayRef<StringLiteral> plainAssemblyOf(const Module &M) {
  const Isa *Target = findIsa(Triple(llvm_version::targetTriple(M)).getArch());
  return Target && Target->Late ? Target->Late->PlainAssembly
                                : ArrayRef<StringLiteral>();
}

/// How probable it is that each block of \p F is executed, if all ways at a
/// branch are equally so, but for those to an end of the program.
DenseMap<const BasicBlock *, float> chancesOf(const Function &F) {
  constexpr float OfEnd = 0.02F;
  DenseMap<const BasicBlock *, float> Chances;
  Chances[&F.getEntryBlock()] = 1;
  for (const BasicBlock *Block : ReversePostOrderTraversal(&F)) {
    float Its = std::min(Chances[Block], 1.0F);
    auto IsEnd = [](const BasicBlock *Next) {
      return isa<UnreachableInst>(Next->getTerminator());
    };
    auto Ways = count_if(successors(Block),
                         [&](const BasicBlock *Next) { return !IsEnd(Next); });
    for (const BasicBlock *Next : successors(Block))
      Chances[Next] +=
          IsEnd(Next) ? Its * OfEnd : Its / static_cast<float>(Ways);
  }
  return Chances;
}

/// Whether \p I refers to globals in a way that only who reads it sees.
bool hasHiddenReferences(const Instruction &I) {
  if (I.hasMetadataOtherThanDebugLoc() &&
      I.getMetadata(LLVMContext::MD_callees))
    return true;
  return any_of(I.operands(), [](const Use &Operand) {
    auto *Wrapped = dyn_cast<MetadataAsValue>(Operand.get());
    auto *Constant = Wrapped
                         ? dyn_cast<ConstantAsMetadata>(Wrapped->getMetadata())
                         : nullptr;
    return Constant && !isa<ConstantData>(Constant->getValue());
  });
}

/// Walks through one body.
class Walk {
public:
  Walk(const LateRuntime &Runtime, BodyFacts &Its)
      : Runtime(Runtime), Its(Its) {}

  void through(Function &F);

private:
  void visit(Instruction &I, float Chance);
  void visitOperand(const Use &Operand, const Function *Callee);
  void refer(GlobalValue &Used) {
    if (Known.insert(&Used).second)
      Its.References.push_back(&Used);
  }

  const LateRuntime &Runtime;
  BodyFacts &Its;
  SmallPtrSet<const Constant *, 32> Known;             ///< Expressions, too.
  SmallDenseMap<const Function *, size_t, 16> PlaceOf; ///< In Its.Calls.
};

void Walk::through(Function &F) {
  for (const Use &Operand : F.operands())
    if (auto *Used = dyn_cast_or_null<Constant>(Operand.get()))
      forEachGlobal(*Used, [this](GlobalValue &Each) { refer(Each); });
  auto Chances = chancesOf(F);
  for (BasicBlock &Block : F) {
    float Chance = Chances.lookup(&Block);
    for (Instruction &I : Block)
      visit(I, Chance);
  }
}

void Walk::visit(Instruction &I, float Chance) {
  Runtime.addCallsFor(I, Its.Runtime);
  Its.MayWait = Its.MayWait && !hasHiddenReferences(I);
  auto *Call = dyn_cast<CallBase>(&I);
  if (Call && Call->isInlineAsm()) {
    StringRef Text = cast<InlineAsm>(Call->getCalledOperand())->getAsmString();
    if (!Text.empty())
      Its.Assembly.push_back(Text.str());
  }
  Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (Callee) {
    auto [Place, IsNew] = PlaceOf.try_emplace(Callee, Its.Calls.size());
    if (IsNew)
      Its.Calls.push_back({.Of = Callee});
    BodyFacts::Called &Called = Its.Calls[Place->second];
    Called.Chance = std::min(1.0F, Called.Chance + Chance);
    ++Called.Places;
  }
  for (const Use &Operand : I.operands())
    visitOperand(Operand,
                 Callee && Call->isCallee(&Operand) ? Callee : nullptr);
}

void Walk::visitOperand(const Use &Operand, const Function *Callee) {
  auto *Used = dyn_cast<Constant>(Operand.get());
  if (!Used)
    return;
  if (auto *Global = dyn_cast<GlobalValue>(Used)) {
    refer(*Global);
    if (auto *F = dyn_cast<Function>(Global); F && F != Callee)
      Its.Taken.push_back(F);
    return;
  }
  if (Used->getNumOperands() == 0 || !Known.insert(Used).second)
    return;
  forEachGlobal(*Used, [&](GlobalValue &Each) {
    refer(Each);
    if (auto *F = dyn_cast<Function>(&Each))
      Its.Taken.push_back(F);
  });
}

} // namespace

BodyWalker::BodyWalker(const Module &M)
    : Plain(plainAssemblyOf(M)), Runtime(M) {}

BodyFacts BodyWalker::walk(Function &F) const {
  BodyFacts Its;
  LateTraits Traits = lateTraitsOf(F, Plain);
  Its.IsLate = Traits.IsLate;
  Its.Weight = Traits.Weight;
  Walk(Runtime, Its).through(F);
  // A reader that has let go of places in it cannot read them again.
  Its.MayWait = Its.MayWait && Its.Assembly.empty() && !hasLabelValues(F);
  return Its;
}

} // namespace remoterun::jit

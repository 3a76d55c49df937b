//===- TierRule.cpp - Whether fast code will do for now -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/TierRule.h"
#include "jit/codegen/LatePlan.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

// In instructions; 1,000 take some 40 ms to compile well. Larger functions are
// compiled fast in spite of what they have; those that many call ("OfMany"),
// from fewer on.

/// That is called once, with a loop that calls nothing or is in another.
constexpr unsigned LargestOfOneCall = 4000;
/// That is called once, with any loop.
constexpr unsigned LargestLoopOfOneCall = 400;
/// With a loop around a loop that calls nothing.
constexpr unsigned LargestNest = 600, LargestNestOfMany = 150;
/// With a loop that calls nothing.
constexpr unsigned LargestLoop = 200, LargestLoopOfMany = 50;
/// That calls itself: how deep it can is up to its frame.
constexpr unsigned LargestCycle = 300;

/// Calls that say something about the code that they are in, or about the frame
/// that it has.
bool isAboutFrame(const IntrinsicInst &Call) {
  switch (Call.getIntrinsicID()) {
  case Intrinsic::returnaddress:
  case Intrinsic::addressofreturnaddress:
  case Intrinsic::frameaddress:
  case Intrinsic::sponentry:
  case Intrinsic::stacksave:
  case Intrinsic::read_register:
  case Intrinsic::read_volatile_register:
  case Intrinsic::write_register:
  case Intrinsic::eh_dwarf_cfa:
    return true;
  default:
    return false;
  }
}

/// With a bounded frame, as a jump: one that is compiled fast is a call.
bool isIndirectTailCall(const CallInst &Call) {
  if (!Call.isTailCall() || Call.getCalledFunction())
    return false;
  const Instruction *Next = Call.getNextNode();
  return isa_and_nonnull<ReturnInst>(Next);
}

bool isObservable(const Instruction &I) {
  // What may be merged with other operations, is so with optimization.
  if (auto *Math = dyn_cast<FPMathOperator>(&I);
      Math && Math->getFastMathFlags().any())
    return true;
  auto *Call = dyn_cast<CallInst>(&I);
  if (!Call)
    return false;
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(Call))
    return isAboutFrame(*Intrinsic);
  return Call->isMustTailCall() || isIndirectTailCall(*Call);
}

bool callsSomething(const BasicBlock &Block) {
  return any_of(Block, [](const Instruction &I) {
    return isa<CallBase>(I) && !isa<IntrinsicInst>(I);
  });
}

struct LoopDepths {
  unsigned Any =
      0; ///< The number of loops around the deepest, itself included.
  unsigned Calculating = 0; ///< The same for the deepest that calls nothing.
};

LoopDepths depthsOf(Function &F) {
  DominatorTree Tree(F);
  LoopInfo Loops(Tree);
  LoopDepths Deepest;
  for (const Loop *Each : Loops.getLoopsInPreorder()) {
    Deepest.Any = std::max(Deepest.Any, Each->getLoopDepth());
    if (Each->isInnermost() && none_of(Each->blocks(), [](const auto *Block) {
          return callsSomething(*Block);
        }))
      Deepest.Calculating = std::max(Deepest.Calculating, Each->getLoopDepth());
  }
  return Deepest;
}

/// Its next call would find better code, and there is none.
bool mayStayInLoop(LoopDepths Its, unsigned Weight) {
  if (Its.Any > 1 || Its.Calculating > 0)
    return true;
  return Its.Any == 1 && Weight <= LargestLoopOfOneCall;
}

bool mayLoop(const Function &F) {
  SmallPtrSet<const BasicBlock *, 16> Before;
  for (const BasicBlock &Block : F) {
    Before.insert(&Block);
    for (const BasicBlock *Next : successors(&Block))
      if (Before.contains(Next))
        return true;
  }
  return false;
}

} // namespace

FirstCode firstCodeOf(Function &F, const PlannedFunction &Planned) {
  unsigned Weight = F.getInstructionCount();
  if (Planned.IsInCycle && Weight <= LargestCycle)
    return FirstCode::Final;
  if (any_of(instructions(F), isObservable))
    return FirstCode::Final;
  if (any_of(F, [](const BasicBlock &Each) {
        return isa<IndirectBrInst>(Each.getTerminator());
      }))
    return FirstCode::FastOfInterpreters;
  if (!mayLoop(F))
    return FirstCode::Fast;
  unsigned OfNest = Planned.IsCalledWidely ? LargestNestOfMany : LargestNest;
  unsigned OfLoop = Planned.IsCalledWidely ? LargestLoopOfMany : LargestLoop;
  unsigned Largest = Planned.IsCalledOnce ? LargestOfOneCall : OfNest;
  // What is called again is in one call for long seldom enough, and the checks
  // of so many loops take time in each.
  if (Weight > Largest)
    return Planned.IsCalledOnce ? FirstCode::FastOfSomeLoops : FirstCode::Fast;
  LoopDepths Its = depthsOf(F);
  bool StaysInLoop =
      Planned.IsCalledOnce
          ? mayStayInLoop(Its, Weight)
          : Its.Calculating > 1 || (Its.Calculating == 1 && Weight <= OfLoop);
  return StaysInLoop ? FirstCode::FastOfLoops : FirstCode::Fast;
}

} // namespace remoterun::jit

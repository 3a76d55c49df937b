//===- LoopReplacement.cpp - Better code for a loop that runs -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LoopReplacement.h"
#include "jit/codegen/LabelNumbers.h"
#include "jit/codegen/LabelValues.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

#include <limits>

using namespace llvm;

namespace remoterun::jit {

namespace {

using BlockSet = SmallPtrSet<BasicBlock *, 32>;

/// Arguments of one continuation, and of all together: each is an instruction
/// of fast code.
constexpr size_t MostLive = 100, MostLiveOfAll = 600;
/// So many a byte can tell from one another.
constexpr size_t MostLoops =
    std::numeric_limits<uint8_t>::max() - ReplaceableLoops::FirstTold;

/// Whether what \p F has would be another function's in its continuation.
bool dependsOnFrame(Function &F) {
  if (any_of(F.args(), [](const Argument &Each) {
        return Each.hasSwiftErrorAttr() || Each.hasInAllocaAttr() ||
               Each.hasPreallocatedAttr();
      }))
    return true;
  return any_of(instructions(F), [](const Instruction &I) {
    // What was saved of it is in the frame that it returns to.
    if (auto *Call = dyn_cast<CallBase>(&I);
        Call && Call->hasFnAttr(Attribute::ReturnsTwice))
      return true;
    if (auto *Variable = dyn_cast<AllocaInst>(&I))
      return Variable->isSwiftError() || Variable->isUsedWithInAlloca();
    return isa<VAStartInst>(I) || isa<CallBrInst>(I);
  });
}

bool canBePassed(const Type &Of) {
  if (Of.isAggregateType())
    return all_of(Of.subtypes(),
                  [](const Type *Each) { return canBePassed(*Each); });
  return Of.isIntegerTy() || Of.isPointerTy() || Of.isFloatTy() ||
         Of.isDoubleTy() || Of.isX86_FP80Ty() || isa<FixedVectorType>(Of);
}

BlockSet reachableFrom(BasicBlock &Start) {
  BlockSet Found = {&Start};
  SmallVector<BasicBlock *, 32> Left = {&Start};
  while (!Left.empty())
    for (BasicBlock *Next : successors(Left.pop_back_val()))
      if (Found.insert(Next).second)
        Left.push_back(Next);
  return Found;
}

/// A phi uses a value at the end of the block that it comes from.
bool isUsedIn(const Value &Of, const BlockSet &Blocks) {
  return any_of(Of.uses(), [&](const Use &Each) {
    auto *User = cast<Instruction>(Each.getUser());
    auto *Phi = dyn_cast<PHINode>(User);
    return Blocks.contains(Phi ? Phi->getIncomingBlock(Each)
                               : User->getParent());
  });
}

/// Of what is used in \p After: arguments, and what is in blocks that dominate
/// \p Header, from the entry on.
SmallVector<Value *, 16> liveAt(BasicBlock &Header, const BlockSet &After,
                                const DominatorTree &Tree) {
  SmallVector<Value *, 16> Live;
  SmallVector<BasicBlock *, 16> Before;
  for (auto *Its = Tree.getNode(&Header)->getIDom(); Its; Its = Its->getIDom())
    Before.push_back(Its->getBlock());
  for (Argument &Each : Header.getParent()->args())
    if (isUsedIn(Each, After))
      Live.push_back(&Each);
  for (BasicBlock *Block : reverse(Before))
    for (Instruction &Each : *Block)
      // What an invoke gives is there in one of its ways.
      if (isUsedIn(Each, After) &&
          (!Each.isTerminator() || Tree.dominates(&Each, &Header)))
        Live.push_back(&Each);
  for (PHINode &Each : Header.phis())
    if (isUsedIn(Each, After))
      Live.push_back(&Each);
  return Live;
}

AttributeList attributesOfBoth(const Function &F, bool OfCall) {
  AttributeList Its = F.getAttributes();
  AttributeSet OfFunction = Its.getFnAttrs();
  if (OfCall)
    OfFunction =
        F.hasFnAttribute(Attribute::StrictFP)
            ? AttributeSet().addAttribute(F.getContext(), Attribute::StrictFP)
            : AttributeSet();
  return AttributeList::get(F.getContext(), OfFunction, Its.getRetAttrs(), {});
}

/// LLVM's fast selection of instructions passes no smaller ones.
bool isTooSmall(const Type &Of) {
  return Of.isIntegerTy() && Of.getIntegerBitWidth() < 32;
}

FunctionType *typeOf(const Function &F, ArrayRef<Value *> Live) {
  SmallVector<Type *, 16> Types;
  for (const Value *Each : Live)
    Types.push_back(isTooSmall(*Each->getType())
                        ? Type::getInt32Ty(F.getContext())
                        : Each->getType());
  return FunctionType::get(F.getReturnType(), Types, /*isVarArg=*/false);
}

/// Where \p Its is computed again before a use, that is used, and \p Before
/// else.
void mergeWith(Value &Before, Instruction &Its, BasicBlock &Start) {
  SSAUpdater Values;
  Values.Initialize(Its.getType(), Its.getName());
  Values.AddAvailableValue(&Start, &Before);
  Values.AddAvailableValue(Its.getParent(), &Its);
  for (Use &Each : make_early_inc_range(Its.uses())) {
    auto *User = cast<Instruction>(Each.getUser());
    if (isa<PHINode>(User) || User->getParent() != Its.getParent())
      Values.RewriteUse(Each);
  }
}

} // namespace

ReplaceableLoops::ReplaceableLoops(Function &F) : F(F) {
  DominatorTree Tree(F);
  LoopInfo Found(Tree);
  if (Found.empty())
    return;
  auto Jumps = [](const BasicBlock *Each) {
    return isa<IndirectBrInst>(Each->getTerminator());
  };
  if (dependsOnFrame(F) || (hasLabelValues(F) && !LabelValues::of(F))) {
    AreAll = false;
    AreInterpreters = false;
    return;
  }
  const bool IsInterpreter = any_of(make_pointer_range(F), Jumps);
  size_t LiveOfAll = 0;
  BlockSet After;
  for (const llvm::Loop *Each : Found.getLoopsInPreorder()) {
    BasicBlock &Header = *Each->getHeader();
    // What an instruction does in a loop is done soon.
    if (IsInterpreter && none_of(Each->blocks(), Jumps)) {
      AreAll = false;
      continue;
    }
    // From all loops of a nest, the same can be reached.
    if (Each->isOutermost())
      After = reachableFrom(Header);
    auto Live = liveAt(Header, After, Tree);
    if (LiveOfAll + Live.size() > MostLiveOfAll || Loops.size() == MostLoops ||
        Header.isEHPad() || Live.size() > MostLive ||
        !all_of(Live, [](const Value *Value) {
          return canBePassed(*Value->getType());
        })) {
      AreAll = false;
      // Those around it do not begin anew while it runs.
      AreInterpreters &= !IsInterpreter;
      continue;
    }
    LiveOfAll += Live.size();
    Loops.push_back({&Header, std::move(Live)});
  }
}

void ReplaceableLoops::addChecks(GlobalVariable &Told, uint64_t Offset,
                                 StringRef Name) {
  if (Loops.empty())
    return;
  Module &M = *F.getParent();
  auto *Words =
      ArrayType::get(PointerType::getUnqual(M.getContext()), Loops.size());
  // The program never writes it; that volatile ones may read something else
  // each time is enough.
  auto *Table = new GlobalVariable(M, Words, /*isConstant=*/true,
                                   GlobalValue::ExternalLinkage,
                                   ConstantAggregateZero::get(Words), Name);
  Table->setVisibility(GlobalValue::HiddenVisibility);
  Table->setDSOLocal(true);
  auto *Its = ConstantExpr::getInBoundsGetElementPtr(
      Type::getInt8Ty(M.getContext()), &Told,
      ConstantInt::get(Type::getInt64Ty(M.getContext()), Offset));
  for (size_t Number = 0; Number != Loops.size(); ++Number)
    addCheck(Number, Its, *Table);
  numberLabels(F);
}

/// LLVM's fast selection of instructions knows no atomic ones; volatile ones of
/// an aligned word, or a byte, are one instruction all the same.
void ReplaceableLoops::addCheck(size_t Number, Value *Told,
                                GlobalVariable &Table) {
  auto &[Header, Live] = Loops[Number];
  LLVMContext &Context = F.getContext();
  auto First = Header->getFirstInsertionPt();
  const DebugLoc At = First->getDebugLoc();
  BasicBlock *Rest = Header->splitBasicBlock(First);
  BasicBlock *Leave = BasicBlock::Create(Context, "", &F, Rest);
  Header->getTerminator()->eraseFromParent();
  IRBuilder<> Builder(Header);
  Builder.CreateStore(Builder.getInt8(static_cast<uint8_t>(FirstTold + Number)),
                      Told,
                      /*isVolatile=*/true);
  Value *Next = Builder.CreateLoad(PointerType::getUnqual(Context),
                                   Builder.CreateConstInBoundsGEP2_64(
                                       Table.getValueType(), &Table, 0, Number),
                                   /*isVolatile=*/true);
  Builder.CreateCondBr(Builder.CreateIsNull(Next), Rest, Leave);
  Builder.SetInsertPoint(Leave);
  Builder.SetCurrentDebugLocation(At);
  SmallVector<Value *, 16> Arguments(Live);
  for (Value *&Each : Arguments)
    if (isTooSmall(*Each->getType()))
      Each = Builder.CreateZExt(Each, Builder.getInt32Ty());
  CallInst *Its = Builder.CreateCall(typeOf(F, Live), Next, Arguments);
  Its->setCallingConv(F.getCallingConv());
  Its->setAttributes(attributesOfBoth(F, /*OfCall=*/true));
  if (F.getReturnType()->isVoidTy())
    Builder.CreateRetVoid();
  else
    Builder.CreateRet(Its);
}

void ReplaceableLoops::continueFrom(size_t Number, StringRef Entry) {
  auto &[Header, Live] = Loops[Number];
  const BlockSet After = reachableFrom(*Header);
  Module &M = *F.getParent();
  const std::string Name = F.getName().str();
  auto *Made = Function::Create(typeOf(F, Live), F.getLinkage(),
                                F.getAddressSpace(), "", &M);
  Made->setAttributes(attributesOfBoth(F, /*OfCall=*/false));
  // It has the variables of another frame, by its arguments.
  Made->removeFnAttr(Attribute::Memory);
  Made->setCallingConv(F.getCallingConv());
  Made->setVisibility(F.getVisibility());
  Made->setDSOLocal(F.isDSOLocal());
  if (F.hasPersonalityFn())
    Made->setPersonalityFn(F.getPersonalityFn());
  Made->copyMetadata(&F, /*Offset=*/0);

  const auto WithLabels = labelsIn(F);
  auto Labels = LabelValues::of(F);
  BasicBlock *Start = BasicBlock::Create(M.getContext(), "", Made);
  Made->splice(Made->end(), &F);
  if (Labels)
    Labels->follow(*Made);
  IRBuilder<> Builder(Start);
  GlobalVariable *Places = WithLabels.empty() ? nullptr : placesOf(*Made);
  DenseMap<Value *, Value *> Before;
  for (auto [Its, Argument] : zip_equal(Live, Made->args())) {
    Before[Its] = isTooSmall(*Its->getType())
                      ? Builder.CreateTrunc(&Argument, Its->getType())
                      : &Argument;
    if (!WithLabels.contains(Its))
      continue;
    Value *Number = Builder.CreatePtrToInt(&Argument, Builder.getInt64Ty());
    Before[Its] = Builder.CreateLoad(
        Its->getType(),
        Builder.CreateInBoundsGEP(Its->getType(), Places, Number));
  }
  Builder.CreateBr(Header);
  // All at once: who looks for a phi that is as it has to be finds only whole
  // ones.
  for (PHINode &Phi : Header->phis()) {
    Value *Its = Before.lookup(&Phi);
    Phi.addIncoming(Its ? Its : PoisonValue::get(Phi.getType()), Start);
  }
  for (Value *Each : Live) {
    auto *Its = dyn_cast<Instruction>(Each);
    if (!Its || !After.contains(Its->getParent()))
      Each->replaceAllUsesWith(Before.lookup(Each));
    else if (Its->getParent() != Header)
      mergeWith(*Before.lookup(Each), *Its, *Start);
  }
  SmallVector<BasicBlock *, 16> Gone;
  for (BasicBlock &Each : *Made)
    if (&Each != Start && !After.contains(&Each))
      Gone.push_back(&Each);
  DeleteDeadBlocks(Gone, /*DTU=*/nullptr, /*KeepOneInputPHIs=*/true);
  // They are of variables in their own frame.
  for (Instruction &Each : make_early_inc_range(instructions(*Made)))
    if (Each.isLifetimeStartOrEnd())
      Each.eraseFromParent();

  // What calls itself does not mean this.
  F.deleteBody();
  F.clearMetadata();
  F.setName("");
  Made->setName(Name);
  if (Function *Its = M.getFunction(Entry)) {
    F.replaceAllUsesWith(Its);
    F.eraseFromParent();
  } else {
    F.setName(Entry);
  }
}

} // namespace remoterun::jit

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

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

/// LLVM takes the first "\1" of a name for its own.
static std::string nameOf(StringRef Symbol) { return ("\1" + Symbol).str(); }

/// What the program shares with us.
static GlobalVariable &controlOf(Module &M) {
  auto *Control = cast<GlobalVariable>(M.getOrInsertGlobal(
      nameOf(LateCode::Control), Type::getInt8Ty(M.getContext())));
  Control->setVisibility(GlobalValue::HiddenVisibility);
  Control->setDSOLocal(true);
  return *Control;
}

/// Has \p F, of that \p Number, say that it was called, in one instruction.
/// Much has fast code before anybody calls it, and is not asked for then.
static void tellOfCalls(Function &F, uint32_t Number) {
  GlobalVariable *Control = &controlOf(*F.getParent());
  Type *Byte = Type::getInt8Ty(F.getContext());
  BasicBlock &Entry = F.getEntryBlock();
  IRBuilder<> Builder(&Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
  Value *Its = Builder.CreateConstInBoundsGEP1_64(
      Byte, Control, LateCode::WantedOffset + Number);
  // LLVM's fast selection of instructions knows no atomic ones; a volatile one
  // of a byte is one instruction all the same.
  Builder.CreateStore(Builder.getInt8(1), Its, /*isVolatile=*/true);
}

Expected<Function *> LateCompiler::bodyOf(const PlannedFunction &Planned,
                                          Module &M) {
  Diagnostics.attachTo(M.getContext());
  if (Function *F = M.getFunction(Planned.Name + LateBody.str()))
    return F;
  return Failure{Blame::Internal,
                 "function '" + Planned.Name + "' is not in its unit"};
}

/// Fills in \p Loops where those of fast code are to be replaced.
bool LateCompiler::isFastFirst(Function &F, const PlannedFunction &Planned,
                               std::optional<ReplaceableLoops> &Loops) const {
  const FirstCode Its = firstCodeOf(F, Planned);
  if (Its == FirstCode::Final || Its == FirstCode::Fast)
    return Its == FirstCode::Fast;
  if (ReplacesLoops)
    Loops.emplace(F);
  switch (Its) {
  case FirstCode::FastOfLoops:
    return Loops && Loops->areAll();
  case FirstCode::FastOfInterpreters:
    return Loops && Loops->areInterpreters();
  default:
    return true;
  }
}

Expected<std::optional<ObjectBytes>>
LateCompiler::compile(uint32_t Number, const PlannedFunction &Planned,
                      Module &M, bool &IsFast, bool MayWait) {
  auto Found = bodyOf(Planned, M);
  if (!Found)
    return Found.error();
  Function &F = **Found;
  std::optional<ReplaceableLoops> Loops;
  IsFast = IsFast && isFastFirst(F, Planned, Loops);
  if (MayWait && !IsFast)
    return std::optional<ObjectBytes>();
  if (IsFast && Loops)
    Loops->addChecks(controlOf(M), LateCode::WantedOffset + Number,
                     nameOf(LateCode::LoopTable));
  if (IsFast)
    tellOfCalls(F, Number);
  auto Object = (IsFast ? Fast : Asked).compile(M, Unit.Name, Diagnostics);
  if (!Object)
    return Object.error();
  return std::optional(std::move(*Object));
}

Expected<ObjectBytes> LateCompiler::continueLoop(const PlannedFunction &Planned,
                                                 Module &M, uint8_t Number) {
  auto Found = bodyOf(Planned, M);
  if (!Found)
    return Found.error();
  ReplaceableLoops Loops(**Found);
  if (Number >= Loops.size())
    return Failure{Blame::Internal, "function '" + Planned.Name +
                                        "' has no loop of number " +
                                        std::to_string(Number)};
  Loops.continueFrom(Number, Planned.Name);
  return Asked.compile(M, Unit.Name, Diagnostics);
}

} // namespace remoterun::jit

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

/// Has \p F, of that \p Number, say that it was called, in one instruction.
/// Much has fast code before anybody calls it, and is not asked for then.
static void tellOfCalls(Function &F, uint32_t Number) {
  Module &M = *F.getParent();
  Type *Byte = Type::getInt8Ty(M.getContext());
  // LLVM takes the first "\1" for its own.
  auto *Control = cast<GlobalVariable>(
      M.getOrInsertGlobal(("\1" + LateCode::Control).str(), Byte));
  Control->setVisibility(GlobalValue::HiddenVisibility);
  Control->setDSOLocal(true);
  BasicBlock &Entry = F.getEntryBlock();
  IRBuilder<> Builder(&Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
  Value *Its = Builder.CreateConstInBoundsGEP1_64(
      Byte, Control, LateCode::WantedOffset + Number);
  Builder.CreateStore(Builder.getInt8(1), Its)
      ->setAtomic(AtomicOrdering::Monotonic);
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
    tellOfCalls(*F, Number);
  auto Object = (IsFast ? Fast : Asked).compile(M, Unit.Name, Diagnostics);
  if (!Object)
    return Object.error();
  return std::optional(std::move(*Object));
}

} // namespace remoterun::jit

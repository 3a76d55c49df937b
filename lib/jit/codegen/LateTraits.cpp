//===- LateTraits.cpp - What may be compiled later -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateTraits.h"
#include "jit/codegen/LabelValues.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// What leaves something in the object beside the function's code.
bool marksPlaces(const IntrinsicInst &Call) {
  switch (Call.getIntrinsicID()) {
  case Intrinsic::experimental_stackmap:
  case Intrinsic::experimental_patchpoint_void:
  case Intrinsic::experimental_patchpoint:
  case Intrinsic::experimental_gc_statepoint:
  case Intrinsic::localescape:
  case Intrinsic::localrecover:
  case Intrinsic::xray_customevent:
  case Intrinsic::xray_typedevent:
  case Intrinsic::pseudoprobe:
    return true;
  default:
    return false;
  }
}

/// Whether \p Used is, or has in it, what only its own object can name: a place
/// in a function other than \p F, the offset of a thread-local variable, or a
/// function that is chosen at the start.
bool isOfObject(Constant &Used, const Function &F) {
  if (auto *Place = dyn_cast<BlockAddress>(&Used))
    return Place->getFunction() != &F;
  if (auto *Global = dyn_cast<GlobalValue>(&Used))
    return Global->isThreadLocal() || isa<GlobalIFunc>(Global);
  return any_of(Used.operands(), [&F](const Use &Operand) {
    auto *Inner = dyn_cast<Constant>(Operand.get());
    return Inner && isOfObject(*Inner, F);
  });
}

void addCall(const CallBase &Call, ArrayRef<StringLiteral> Plain,
             LateTraits &Its) {
  if (Call.isInlineAsm()) {
    // Empty assembly is a barrier for the optimizer.
    auto *Text = cast<InlineAsm>(Call.getCalledOperand());
    StringRef Is = StringRef(Text->getAsmString()).trim();
    Its.IsLate &= Is.empty() || (is_contained(Plain, Is) && Call.arg_empty() &&
                                 Call.getType()->isVoidTy());
  }
  if (isa<CallBrInst>(Call))
    Its.IsLate = false;
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&Call))
    Its.IsLate &= !marksPlaces(*Intrinsic);
}

/// Code generation adds calls, or places to be patched, that something else has
/// to know of.
bool isInstrumented(const Function &F) {
  return any_of(
      ArrayRef<StringRef>{
          "fentry-call", "instrument-function-entry",
          "instrument-function-exit", "instrument-function-entry-inlined",
          "instrument-function-exit-inlined", "patchable-function",
          "patchable-function-entry", "function-instrument",
          "xray-instruction-threshold", "probe-stack", "split-stack"},
      [&](StringRef Name) { return F.hasFnAttribute(Name); });
}

/// Whether \p F is in no section, or in one that a compiler chooses for when,
/// or how often, a function runs: all of them are the program's code, in an
/// order that nobody can go by.
bool isAnywhereInCode(const Function &F) {
  StringRef Section = F.getSection();
  return Section.empty() || is_contained({".text.startup", ".text.exit",
                                          ".text.hot", ".text.unlikely"},
                                         Section);
}

/// Whether code generation calls functions of the compiler's runtime for it,
/// whose names can be known only then.
bool needsRuntime(const Type &Of) {
  const Type *Scalar = Of.getScalarType();
  return Scalar->isIntegerTy() ? Scalar->getIntegerBitWidth() > 64
                               : Scalar->isFP128Ty() || Scalar->isHalfTy() ||
                                     Scalar->isBFloatTy();
}

/// Whether registers have more of \p F's arguments or its result than a system
/// call is sure to keep, or the processor is in a mode that one ends (AArch64:
/// SVE and SME, "aarch64_pstate_sm_enabled" and its like).
bool hasScalableState(const Function &F) {
  auto IsScalable = [](const Type *Of) { return Of->isScalableTy(); };
  const FunctionType &Its = *F.getFunctionType();
  return IsScalable(Its.getReturnType()) || any_of(Its.params(), IsScalable) ||
         any_of(F.getAttributes().getFnAttrs(), [](Attribute Each) {
           return Each.isStringAttribute() &&
                  Each.getKindAsString().starts_with("aarch64_");
         });
}

} // namespace

bool hasPlainCode(const Function &F) {
  auto Convention = F.getCallingConv();
  if (Convention != CallingConv::C && Convention != CallingConv::Fast &&
      Convention != CallingConv::Cold)
    return false;
  return isAnywhereInCode(F) && !F.hasPrefixData() && !F.hasPrologueData() &&
         !F.hasGC() && !F.hasFnAttribute(Attribute::Naked) &&
         !isInstrumented(F) && !hasScalableState(F) &&
         !F.hasMetadata(LLVMContext::MD_type) &&
         !F.hasMetadata(LLVMContext::MD_kcfi_type) &&
         F.getName().find_first_of("\"\\\n") == StringRef::npos &&
         F.getAddressSpace() == 0;
}

LateTraits lateTraitsOf(const Function &F, ArrayRef<StringLiteral> Plain) {
  LateTraits Its;
  Its.IsLate = hasPlainCode(F);
  Its.IsLate &= !hasLabelValues(F) || LabelValues::of(F);
  for (const BasicBlock &Block : F)
    for (const Instruction &I : Block) {
      ++Its.Weight;
      if (auto *Call = dyn_cast<CallBase>(&I))
        addCall(*Call, Plain, Its);
      Its.IsLate = Its.IsLate && !needsRuntime(*I.getType()) &&
                   none_of(I.operands(), [&F](const Use &Operand) {
                     auto *Used = dyn_cast<Constant>(Operand.get());
                     return needsRuntime(*Operand->getType()) ||
                            (Used && isOfObject(*Used, F));
                   });
    }
  return Its;
}

} // namespace remoterun::jit

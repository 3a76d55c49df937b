//===- LateRuntime.cpp - What late code calls that its IR does not --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateRuntime.h"
#include "jit/target/Isa.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// How the function of libm is called for this type.
StringRef suffixOf(const Type &Scalar) {
  if (Scalar.isFloatTy())
    return "f";
  return Scalar.isX86_FP80Ty() ? "l" : "";
}

/// The function that raises to a power that is an int.
StringRef powerOf(const Type &Scalar) {
  if (Scalar.isFloatTy())
    return "__powisf2";
  return Scalar.isX86_FP80Ty() ? "__powixf2" : "__powidf2";
}

/// "llvm.experimental.constrained.cos.f64" is for cos.
StringRef operationOf(StringRef Intrinsic) {
  Intrinsic.consume_front("llvm.");
  Intrinsic.consume_front("experimental.constrained.");
  StringRef Base = Intrinsic.split('.').first;
  return StringSwitch<StringRef>(Base)
      .Case("maxnum", "fmax")
      .Case("minnum", "fmin")
      .Case("frem", "fmod")
      .Default(Base);
}

} // namespace

LateRuntime::LateRuntime(const Module &M) : Known(M) {
  const Isa *Target = findIsa(Triple(llvm_version::targetTriple(M)).getArch());
  ClearsCache = Target && Target->Late && Target->Late->ClearsCache;
}

void LateRuntime::add(StringRef Name,
                      std::vector<OutsideSymbol> &Outside) const {
  if (Known.contain(Name))
    Outside.push_back({Name.str(), /*IsWeak=*/false});
}

void LateRuntime::addCallsFor(const Function &F,
                              std::vector<OutsideSymbol> &Outside) const {
  StringRef Name = F.getName();
  // Two calls of one argument become one, of a function that says so.
  bool MayBeMerged = F.doesNotAccessMemory();
  if (MayBeMerged)
    for (StringRef Suffix : {"", "f", "l"})
      if (Name == ("sin" + Suffix).str() || Name == ("cos" + Suffix).str())
        add(("sincos" + Suffix).str(), Outside);
  if (!F.isIntrinsic() || F.arg_size() == 0)
    return;
  if (ClearsCache && (F.getIntrinsicID() == Intrinsic::clear_cache ||
                      F.getIntrinsicID() == Intrinsic::init_trampoline))
    Outside.push_back({"__clear_cache", /*IsWeak=*/false});
  const Type &Scalar = *F.getArg(0)->getType()->getScalarType();
  if (!Scalar.isFloatingPointTy())
    return;
  StringRef Operation = operationOf(Name);
  if (Operation == "powi")
    return add(powerOf(Scalar), Outside);
  StringRef Suffix = suffixOf(Scalar);
  add((Operation + Suffix).str(), Outside);
  if (Operation == "sin" || Operation == "cos")
    add(("sincos" + Suffix).str(), Outside);
}

void LateRuntime::addCallsFor(const Instruction &I,
                              std::vector<OutsideSymbol> &Outside) const {
  if (isa<ResumeInst>(I))
    Outside.push_back({"_Unwind_Resume", /*IsWeak=*/false});
  if (I.getOpcode() == Instruction::FRem)
    add(("fmod" + suffixOf(*I.getType()->getScalarType())).str(), Outside);
  // -ftrap-function
  if (auto *Trap = dyn_cast<IntrinsicInst>(&I))
    if (Attribute Its = Trap->getFnAttr("trap-func-name"); Its.isValid())
      Outside.push_back({Its.getValueAsString().str(), /*IsWeak=*/false});
}

} // namespace remoterun::jit

//===- LateCompiler.cpp - One function of a unit at a time ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateCompiler.h"
#include "jit/base/LlvmVersion.h"
#include "jit/codegen/TierRule.h"
#include "jit/ir/Declaration.h"
#include "jit/ir/GlobalReferences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace remoterun::jit {

Failure LateCompiler::broken(Error Reason) const {
  return fromLlvm(Blame::Internal, "cannot read '" + Unit.Name + "' again",
                  std::move(Reason));
}

Expected<std::unique_ptr<LateCompiler>>
LateCompiler::create(const LateUnit &Unit) {
  std::unique_ptr<LateCompiler> Made(new LateCompiler(Unit));
  if (auto Read = Made->read(); !Read)
    return Read.error();
  return Made;
}

Expected<void> LateCompiler::read() {
  Diagnostics.attachTo(Context);
  StringRef Bytes(Unit.Bitcode.data(), Unit.Bitcode.size());
  auto Read = getLazyBitcodeModule(MemoryBufferRef(Bytes, ""), Context,
                                   /*ShouldLazyLoadMetadata=*/true);
  if (!Read)
    return broken(Read.takeError());
  IR = std::move(*Read);
  if (Error E = IR->materializeMetadata())
    return broken(std::move(E));
  SmallVector<GlobalValue *, 0> Defined;
  for (GlobalValue &Value : IR->global_values())
    if (!Value.getName().starts_with("llvm."))
      Defined.push_back(&Value);
  for (GlobalValue *Value : Defined) {
    if (auto *F = dyn_cast<Function>(Value)) {
      // There to be read, but nothing for code generation.
      F->setIsMaterializable(false);
      F->setComdat(nullptr);
      F->setLinkage(F->hasExternalWeakLinkage()
                        ? GlobalValue::ExternalWeakLinkage
                        : GlobalValue::ExternalLinkage);
    } else if (!Value->isDeclaration()) {
      makeDeclaration(*Value);
    }
  }
  for (StringRef List : {"llvm.used", "llvm.compiler.used", "llvm.global_ctors",
                         "llvm.global_dtors"})
    if (GlobalVariable *Listed = IR->getGlobalVariable(List))
      Listed->eraseFromParent();
  return {};
}

Expected<Function *>
LateCompiler::readBody(const PlannedFunction &Function) {
  llvm::Function *F = IR->getFunction(Function.Name);
  if (!F)
    return Failure{Blame::Internal,
                   "function '" + Function.Name + "' is not in its unit"};
  F->setIsMaterializable(true);
  if (Error E = F->materialize())
    return broken(std::move(E));
  return F;
}

namespace {

/// What \p Into has for a global of another module.
GlobalValue *declare(const GlobalValue &Value, Module &Into) {
  GlobalValue *Made;
  if (auto *F = dyn_cast<Function>(&Value)) {
    auto *Other = Function::Create(F->getFunctionType(), F->getLinkage(),
                                   F->getAddressSpace(), F->getName(), &Into);
    Other->copyAttributesFrom(F);
    // They are of the definition.
    Other->setPersonalityFn(nullptr);
    Made = Other;
  } else {
    auto &Variable = cast<GlobalVariable>(Value);
    auto *Other = new GlobalVariable(
        Into, Variable.getValueType(), Variable.isConstant(),
        Variable.getLinkage(), nullptr, Variable.getName(), nullptr,
        Variable.getThreadLocalMode(), Variable.getAddressSpace());
    Other->copyAttributesFrom(&Variable);
    Made = Other;
  }
  Made->setDSOLocal(Value.isDSOLocal());
  return Made;
}

/// Makes \p Into of the function \p F alone, from which its body is taken:
/// code generation looks at every global of a module.
void moveBody(Function &F, Module &Into) {
  Module &From = *F.getParent();
  Into.setDataLayout(From.getDataLayout());
  llvm_version::setTargetTriple(Into, llvm_version::targetTriple(From));
  if (NamedMDNode *Flags = From.getModuleFlagsMetadata())
    for (MDNode *Flag : Flags->operands())
      Into.addModuleFlag(Flag);
  auto *Alone = cast<Function>(declare(F, Into));
  ValueToValueMapTy Values;
  Values[&F] = Alone;
  forEachReference(F, [&](GlobalValue &Used) {
    if (!Values.count(&Used))
      Values[&Used] = declare(Used, Into);
  });
  if (F.hasPersonalityFn())
    Alone->setPersonalityFn(F.getPersonalityFn());
  Alone->copyMetadata(&F, /*Offset=*/0);
  Alone->stealArgumentListFrom(F);
  Alone->splice(Alone->end(), &F);
  RemapFunction(*Alone, Values, RF_IgnoreMissingLocals);
}

} // namespace

Expected<ObjectBytes> LateCompiler::compile(const PlannedFunction &Function,
                                            bool &IsFast) {
  auto Read = readBody(Function);
  if (!Read)
    return Read.error();
  llvm::Function &F = **Read;
  IsFast = IsFast && !needsFinalCode(F, Function);
  Module Alone(Function.Name, Context);
  Constant *Personality =
      F.hasPersonalityFn() ? F.getPersonalityFn() : nullptr;
  moveBody(F, Alone);
  // What of it would not be read again.
  F.deleteBody();
  F.setPersonalityFn(Personality);
  return (IsFast ? Fast : Asked).compile(Alone, Unit.Name, Diagnostics);
}

} // namespace remoterun::jit

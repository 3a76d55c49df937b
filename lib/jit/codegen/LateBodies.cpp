//===- LateBodies.cpp - The IR of late functions --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateBodies.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/LlvmVersion.h"
#include "jit/ir/GlobalReferences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// For an alias: it is what it stands for.
GlobalValue *declareAlias(const GlobalValue &Value, Module &Into) {
  GlobalValue *Made;
  if (auto *Type = dyn_cast<FunctionType>(Value.getValueType()))
    Made = Function::Create(Type, GlobalValue::ExternalLinkage,
                            Value.getAddressSpace(), Value.getName(), &Into);
  else
    Made = new GlobalVariable(
        Into, Value.getValueType(), /*isConstant=*/false,
        GlobalValue::ExternalLinkage, nullptr, Value.getName(), nullptr,
        Value.getThreadLocalMode(), Value.getAddressSpace());
  Made->setVisibility(Value.getVisibility());
  Made->setDSOLocal(Value.isDSOLocal());
  return Made;
}

/// What \p Into has for a global of another module.
GlobalValue *declare(const GlobalValue &Value, Module &Into) {
  if (isa<GlobalAlias>(Value))
    return declareAlias(Value, Into);
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

/// Makes \p Into of the function \p F alone, from which its body is taken.
void moveBody(Function &F, Module &Into) {
  Module &From = *F.getParent();
  Into.setDataLayout(From.getDataLayout());
  llvm_version::setTargetTriple(Into, llvm_version::targetTriple(From));
  if (NamedMDNode *Flags = From.getModuleFlagsMetadata())
    for (MDNode *Flag : Flags->operands())
      Into.addModuleFlag(Flag);
  auto *Alone = cast<Function>(declare(F, Into));
  const std::string Name = F.getName().str();
  Alone->setName(Name + LateBody);
  ValueToValueMapTy Values;
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
  // Who takes its address wants that of the entry; who calls it does not.
  if (Function *Entry = Into.getFunction(Name))
    for (Use &Each : make_early_inc_range(Entry->uses()))
      if (auto *Call = dyn_cast<CallBase>(Each.getUser());
          Call && Call->isCallee(&Each))
        Each.set(Alone);
}

} // namespace

/// One refers to the other.
LateBodies::~LateBodies() {
  for (const std::unique_ptr<Module> &Unit : Units)
    if (Unit)
      Unit->dropAllReferences();
}

/// Code generation looks at every global of a module, so that a function is
/// compiled in one of its own.
ArrayRef<char> LateBodies::bitcodeOf(uint32_t Number,
                                     const PlannedFunction &Planned) {
  std::lock_guard Lock(Guard);
  SmallVector<char, 0> &Bytes = Written[Number];
  if (Bytes.empty()) {
    Function &F = *Units[Planned.Unit]->getFunction(Planned.Name);
    Module Alone("", *Context);
    moveBody(F, Alone);
    Bytes = writeBitcode(Alone);
  }
  return Bytes;
}

} // namespace remoterun::jit

//===- Declaration.cpp - In the place of a definition ---------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Declaration.h"

#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

void makeDeclaration(GlobalValue &Value) {
  if (auto *F = dyn_cast<Function>(&Value)) {
    F->deleteBody();
    F->setComdat(nullptr);
    return;
  }
  if (auto *Variable = dyn_cast<GlobalVariable>(&Value)) {
    Variable->setInitializer(nullptr);
    Variable->setLinkage(GlobalValue::ExternalLinkage);
    Variable->setComdat(nullptr);
    Variable->clearMetadata();
    return;
  }
  // An alias or an ifunc.
  Module &M = *Value.getParent();
  GlobalValue *Declaration;
  if (auto *Type = dyn_cast<FunctionType>(Value.getValueType()))
    Declaration = Function::Create(Type, GlobalValue::ExternalLinkage,
                                   Value.getAddressSpace(), "", &M);
  else
    Declaration =
        new GlobalVariable(M, Value.getValueType(), /*isConstant=*/false,
                           GlobalValue::ExternalLinkage, nullptr, "", nullptr,
                           Value.getThreadLocalMode(), Value.getAddressSpace());
  Declaration->takeName(&Value);
  Declaration->setVisibility(Value.getVisibility());
  Declaration->setDSOLocal(Value.isDSOLocal());
  Value.replaceAllUsesWith(Declaration);
  Value.eraseFromParent();
}

} // namespace remoterun::jit

//===- Normalize.cpp - IR as the slab needs it ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/Normalize.h"
#include "jit/Program.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ReplaceConstant.h"

using namespace llvm;

namespace remoterun::jit {

void assignLocality(Module &M) {
  for (GlobalValue &Value : M.global_values()) {
    if (Value.hasLocalLinkage() || Value.getName().starts_with("llvm."))
      continue;
    if (Value.isDeclarationForLinker()) {
      // Any visibility but the default implies dso_local.
      Value.setVisibility(GlobalValue::DefaultVisibility);
      Value.setDSOLocal(false);
    } else {
      Value.setDSOLocal(true);
    }
  }
}

void separateAliasedDefinitions(Module &M) {
  SmallSetVector<GlobalObject *, 4> Aliased;
  for (GlobalAlias &Alias : M.aliases())
    if (GlobalObject *Object = Alias.getAliaseeObject())
      if (Object->isInterposable() && !Object->isDeclaration())
        Aliased.insert(Object);
  for (GlobalObject *Object : Aliased) {
    auto *WeakName =
        GlobalAlias::create(Object->getValueType(), Object->getAddressSpace(),
                            Object->getLinkage(), "", Object, &M);
    WeakName->takeName(Object);
    WeakName->setVisibility(Object->getVisibility());
    WeakName->setUnnamedAddr(Object->getUnnamedAddr());
    Object->replaceUsesWithIf(
        WeakName, [](Use &U) { return !isa<GlobalAlias>(U.getUser()); });
    Object->setName(WeakName->getName() + ".definition");
    Object->setLinkage(GlobalValue::InternalLinkage);
    Object->setVisibility(GlobalValue::DefaultVisibility);
    Object->setComdat(nullptr);
  }
}

void exposeLocalIfuncs(Module &M) {
  for (GlobalIFunc &Ifunc : M.ifuncs()) {
    if (!Ifunc.hasLocalLinkage())
      continue;
    Ifunc.setName(Ifunc.getName() + ".local");
    Ifunc.setLinkage(GlobalValue::ExternalLinkage);
    Ifunc.setVisibility(GlobalValue::HiddenVisibility);
  }
}

namespace {

/// The place before \p User where a value for its operand can be computed.
Instruction *insertionPoint(Use &U) {
  auto *User = cast<Instruction>(U.getUser());
  if (auto *Phi = dyn_cast<PHINode>(User))
    return Phi->getIncomingBlock(U)->getTerminator();
  return User;
}

void replaceUses(GlobalVariable &Variable, FunctionCallee Dlsym,
                 Constant *Name) {
  convertUsersOfConstantsToInstructions({&Variable});
  auto AddressAt = [&](Instruction *Before) {
    IRBuilder<> Builder(Before);
    Value *Default = Constant::getNullValue(Builder.getPtrTy());
    return Builder.CreateCall(Dlsym, {Default, Name});
  };
  SmallVector<Use *, 8> Uses;
  for (Use &U : Variable.uses())
    if (isa<Instruction>(U.getUser()))
      Uses.push_back(&U);
  for (Use *U : Uses) {
    auto *User = cast<Instruction>(U->getUser());
    auto *Intrinsic = dyn_cast<IntrinsicInst>(User);
    if (Intrinsic &&
        Intrinsic->getIntrinsicID() == Intrinsic::threadlocal_address) {
      Intrinsic->replaceAllUsesWith(AddressAt(Intrinsic));
      Intrinsic->eraseFromParent();
    } else {
      U->set(AddressAt(insertionPoint(*U)));
    }
  }
}

} // namespace

Expected<std::vector<std::string>>
lowerLibraryThreadLocals(Module &M, const NativeInputs &Inputs) {
  std::vector<std::string> Names;
  SmallVector<GlobalVariable *, 4> Found;
  for (GlobalVariable &Variable : M.globals()) {
    if (!Variable.isThreadLocal() || !Variable.isDeclarationForLinker())
      continue;
    auto IsEmulated = Inputs.define(("__emutls_v." + Variable.getName()).str());
    if (!IsEmulated)
      return IsEmulated.error();
    if (!*IsEmulated)
      Found.push_back(&Variable);
  }
  if (Found.empty())
    return Names;

  Type *Pointer = PointerType::getUnqual(M.getContext());
  FunctionCallee Dlsym =
      M.getOrInsertFunction("dlsym", Pointer, Pointer, Pointer);
  for (GlobalVariable *Variable : Found) {
    Constant *Text =
        ConstantDataArray::getString(M.getContext(), Variable->getName());
    auto *Name =
        new GlobalVariable(M, Text->getType(), /*isConstant=*/true,
                           GlobalValue::PrivateLinkage, Text, "tls.name");
    replaceUses(*Variable, Dlsym, Name);
    if (!Variable->hasExternalWeakLinkage())
      Names.push_back(Variable->getName().str());
    if (Variable->use_empty())
      Variable->eraseFromParent();
  }
  return Names;
}

} // namespace remoterun::jit

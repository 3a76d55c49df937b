//===- Normalize.cpp - IR as the slab needs it ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/Normalize.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/Module.h"

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

} // namespace remoterun::jit

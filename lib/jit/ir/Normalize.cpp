//===- Normalize.cpp - IR as the slab needs it ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Normalize.h"
#include "jit/base/LlvmVersion.h"
#include "jit/ir/LayoutAgreement.h"
#include "jit/ir/Structors.h"

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
      // Any visibility but the default implies dso_local, other than of what is
      // weak, and may be nowhere for it.
      if (!Value.hasExternalWeakLinkage())
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

namespace {

/// The layout that says more is for both.
void reconcileLayouts(Module &Into, Module &From) {
  const DataLayout &Ours = Into.getDataLayout(), &Theirs = From.getDataLayout();
  if (agreesWith(Theirs, Ours, From.getContext()))
    From.setDataLayout(Ours);
  else if (agreesWith(Ours, Theirs, Into.getContext()))
    Into.setDataLayout(Theirs);
}

/// A name that one module refers to strongly is needed, whatever the other
/// does; llvm::Linker keeps the declaration that it saw first.
void reconcileReferences(Module &Into, const Module &From) {
  for (const GlobalObject &Theirs : From.global_objects()) {
    if (!Theirs.isDeclaration() || !Theirs.hasName() || Theirs.use_empty())
      continue;
    GlobalValue *Ours = Into.getNamedValue(Theirs.getName());
    if (!Ours || !Ours->isDeclaration())
      continue;
    if (Ours->use_empty() || Ours->hasExternalWeakLinkage())
      Ours->setLinkage(Theirs.getLinkage());
  }
}

} // namespace

void reconcileModules(Module &Into, Module &From) {
  Triple Ours = llvm_version::targetTriple(Into),
         Theirs = llvm_version::targetTriple(From);
  if (Ours.getArch() == Theirs.getArch() && Ours.getOS() == Theirs.getOS() &&
      Ours.getEnvironment() == Theirs.getEnvironment())
    llvm_version::setTargetTriple(From, Ours);

  reconcileLayouts(Into, From);
  reconcileReferences(Into, From);
}

void dissolvePlainGroups(Module &M) {
  auto IsPlain = [](const Comdat &Group) {
    return Group.getSelectionKind() == Comdat::NoDeduplicate;
  };
  for (GlobalObject &Object : M.global_objects())
    if (const Comdat *Group = Object.getComdat(); Group && IsPlain(*Group))
      Object.setComdat(nullptr);
  // llvm::Linker looks at those that are empty, too.
  SmallVector<std::string, 0> Plain;
  for (const auto &Entry : M.getComdatSymbolTable())
    if (IsPlain(Entry.second))
      Plain.push_back(Entry.first().str());
  for (const std::string &Name : Plain)
    M.getComdatSymbolTable().erase(Name);
}

void dissolveComdats(Module &M) {
  // They may stand in a COMDAT as well.
  orderStructors(M);
  keepStructorOrder(M);
  for (GlobalObject &Object : M.global_objects())
    Object.setComdat(nullptr);
}

void exposeLocalIfuncs(Module &M, const std::string &Suffix) {
  for (GlobalIFunc &Ifunc : M.ifuncs()) {
    if (!Ifunc.hasLocalLinkage())
      continue;
    Ifunc.setName(Ifunc.getName() + Suffix);
    Ifunc.setLinkage(GlobalValue::ExternalLinkage);
    Ifunc.setVisibility(GlobalValue::HiddenVisibility);
  }
}

} // namespace remoterun::jit

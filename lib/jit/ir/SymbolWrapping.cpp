//===- SymbolWrapping.cpp - --wrap, in modules ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/SymbolWrapping.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// "\01name" is the symbol "name".
StringRef symbolOf(const GlobalValue &Value) {
  return GlobalValue::dropLLVMManglingEscape(Value.getName());
}

void wrap(GlobalValue &Value, StringRef Name) {
  Module &M = *Value.getParent();
  // A body for the optimizer is no definition.
  if (auto *F = dyn_cast<Function>(&Value); F && !F->isDeclaration())
    F->deleteBody();
  GlobalValue *Wrapper = M.getNamedValue(Name);
  if (Wrapper && Wrapper->hasLocalLinkage()) {
    // That is another one.
    Wrapper->setName(Name + ".local");
    Wrapper = nullptr;
  }
  if (!Wrapper) {
    Value.setName(Name);
    return;
  }
  Value.replaceAllUsesWith(Wrapper);
  Value.eraseFromParent();
}

} // namespace

Error wrapSymbols(Module &M, const SymbolRules &Rules) {
  if (!Rules.wrapsAny())
    return Error::success();
  SmallVector<GlobalValue *, 8> Found;
  for (GlobalValue &Value : M.global_values())
    if (Value.isDeclarationForLinker() && Rules.wraps(symbolOf(Value)))
      Found.push_back(&Value);
  if (Found.empty())
    return Error::success();
  if (Error E = M.materializeAll())
    return E;
  for (GlobalValue *Value : Found)
    wrap(*Value, Rules.meaningOf(symbolOf(*Value)));
  return Error::success();
}

void hideDefinitions(Module &M, ArrayRef<std::unique_ptr<Module>> Before) {
  auto IsDefined = [](const GlobalValue *Value) {
    return Value && !Value->isDeclarationForLinker() &&
           !Value->hasLocalLinkage();
  };
  for (GlobalValue &Value : M.global_values())
    if (IsDefined(&Value) && !Value.hasAppendingLinkage() &&
        none_of(Before, [&](const std::unique_ptr<Module> &Each) {
          return IsDefined(Each->getNamedValue(Value.getName()));
        }))
      Value.setVisibility(GlobalValue::HiddenVisibility);
}

} // namespace remoterun::jit

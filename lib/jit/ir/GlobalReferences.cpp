//===- GlobalReferences.cpp - What a global value refers to ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/GlobalReferences.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace remoterun::jit {

void forEachGlobal(Constant &Used, function_ref<void(GlobalValue &)> Visit) {
  SmallVector<Constant *, 16> Stack = {&Used};
  SmallPtrSet<Constant *, 16> Seen;
  while (!Stack.empty()) {
    Constant *Next = Stack.pop_back_val();
    auto *Value = dyn_cast<GlobalValue>(Next);
    if ((!Value && Next->getNumOperands() == 0) || !Seen.insert(Next).second)
      continue;
    if (Value) {
      Visit(*Value);
      continue;
    }
    for (llvm::Value *Inner : Next->operands())
      if (auto *InnerConstant = dyn_cast<Constant>(Inner))
        Stack.push_back(InnerConstant);
  }
}

void forEachReference(GlobalValue &Value,
                      function_ref<void(GlobalValue &)> Visit) {
  for (Use &Operand : Value.operands())
    if (auto *Used = dyn_cast_or_null<Constant>(Operand.get()))
      forEachGlobal(*Used, Visit);
  if (auto *F = dyn_cast<Function>(&Value))
    for (Instruction &I : instructions(*F))
      for (Use &Operand : I.operands())
        if (auto *Used = dyn_cast<Constant>(Operand.get()))
          forEachGlobal(*Used, Visit);
}

} // namespace remoterun::jit

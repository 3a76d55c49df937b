//===- EntryFunction.cpp - The function that the program starts with ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/EntryFunction.h"

#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

Expected<void> prepareEntry(Module &M, const std::string &Entry) {
  if (M.getGlobalVariable(Entry, /*AllowInternal=*/true))
    return Failure{Blame::Input,
                   "entry '" + Entry + "' is a variable, not a function"};
  Function *F = M.getFunction(Entry);
  if (!F || F->isDeclarationForLinker())
    return {};
  Type *Returned = F->getReturnType();
  bool Fits = (Returned->isIntegerTy() || Returned->isVoidTy()) &&
              F->arg_size() <= 3 && !F->isVarArg();
  for (const Argument &Parameter : F->args())
    Fits &= Parameter.getArgNo() == 0 ? Parameter.getType()->isIntegerTy(32)
                                      : Parameter.getType()->isPointerTy();
  if (!Fits) {
    std::string Signature;
    raw_string_ostream Stream(Signature);
    F->getFunctionType()->print(Stream);
    return Failure{Blame::Input,
                   "entry function '" + Entry + "' has the wrong signature, '" +
                       Signature +
                       "': it must return an integer or void and take at most "
                       "(i32 argc, ptr argv, ptr envp)"};
  }
  if (F->hasLocalLinkage())
    F->setLinkage(GlobalValue::ExternalLinkage);
  return {};
}

} // namespace remoterun::jit

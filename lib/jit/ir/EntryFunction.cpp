//===- EntryFunction.cpp - The function that the program starts with ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/EntryFunction.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Whether \p Parameter is in the register that main's caller fills for that
/// position, and no more than that register: an integer of fewer bits is its
/// lower ones (as of each psABI's calling convention).
bool fitsRegister(const Type &Parameter, const DataLayout &Layout) {
  return Parameter.isPointerTy() ||
         (Parameter.isIntegerTy() &&
          Parameter.getIntegerBitWidth() <= Layout.getPointerSizeInBits());
}

/// Whether \p Parameter is in a place of its own instead, or is a copy.
bool isPassedApart(const Argument &Parameter) {
  for (Attribute::AttrKind Kind :
       {Attribute::ByVal, Attribute::ByRef, Attribute::InAlloca,
        Attribute::Preallocated, Attribute::StructRet, Attribute::Nest,
        Attribute::InReg, Attribute::SwiftSelf, Attribute::SwiftError,
        Attribute::SwiftAsync})
    if (Parameter.hasAttribute(Kind))
      return true;
  return false;
}

bool canBeCalledAsMain(const FunctionType &Type, const GlobalObject &Base,
                       const DataLayout &Layout) {
  const llvm::Type *Returned = Type.getReturnType();
  bool Fits = (Returned->isIntegerTy() || Returned->isVoidTy()) &&
              Type.getNumParams() <= 3 && !Type.isVarArg();
  for (const llvm::Type *Parameter : Type.params())
    Fits &= fitsRegister(*Parameter, Layout);
  if (auto *F = dyn_cast<Function>(&Base))
    Fits &= none_of(F->args(), isPassedApart);
  return Fits;
}

} // namespace

Expected<const FunctionType *> prepareEntry(Module &M,
                                            const std::string &Entry) {
  GlobalValue *Found = M.getNamedValue(Entry);
  if (!Found || (isa<Function>(Found) && Found->isDeclarationForLinker()))
    return nullptr;
  const GlobalObject *Base = Found->getAliaseeObject();
  auto *Type = dyn_cast<FunctionType>(Found->getValueType());
  if (!Type || !Base || isa<GlobalVariable>(Base))
    return Failure{Blame::Input,
                   "entry '" + Entry + "' is a variable, not a function"};
  if (!canBeCalledAsMain(*Type, *Base, M.getDataLayout())) {
    std::string Signature;
    raw_string_ostream Stream(Signature);
    Type->print(Stream);
    return Failure{Blame::Input,
                   "entry function '" + Entry + "' has the wrong signature, '" +
                       Signature +
                       "': it must return an integer or void and take at most "
                       "(i32 argc, ptr argv, ptr envp), or what is passed in "
                       "the same registers"};
  }
  if (Found->hasLocalLinkage())
    Found->setLinkage(GlobalValue::ExternalLinkage);
  return Type;
}

Module *moduleWithEntry(ArrayRef<Module *> Modules, const std::string &Entry) {
  Module *Weak = nullptr, *Local = nullptr;
  for (Module *M : Modules) {
    const GlobalValue *Found = M->getNamedValue(Entry);
    if (!Found || Found->isDeclarationForLinker())
      continue;
    if (!Found->hasLocalLinkage() && !Found->isWeakForLinker())
      return M;
    Module *&First = Found->hasLocalLinkage() ? Local : Weak;
    if (!First)
      First = M;
  }
  return Weak ? Weak : Local;
}

} // namespace remoterun::jit

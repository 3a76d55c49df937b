//===- ThreadLocalModel.cpp - How IR reaches thread-locals ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/ThreadLocalModel.h"
#include "jit/object/NativeInputs.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ReplaceConstant.h"
#include "llvm/Support/Alignment.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// What a linker knows \p Variable by.
std::string symbolOf(const GlobalVariable &Variable, ThreadLocalModel Model) {
  return Model == ThreadLocalModel::Emulated
             ? ("__emutls_v." + Variable.getName()).str()
             : Variable.getName().str();
}

/// Adds the variables that \p M defines to \p Needed; whether they would still
/// fit into \p Block, once that is as large as it can be.
bool fits(const Module &M, const wire::ThreadLocalBlock &Block,
          uint64_t &Needed) {
  const DataLayout &Layout = M.getDataLayout();
  for (const GlobalVariable &Variable : M.globals()) {
    if (!Variable.isThreadLocal() || Variable.isDeclarationForLinker())
      continue;
    // Code generation likes large variables aligned to 16 bytes.
    Align Alignment = std::max(Layout.getPreferredAlign(&Variable), Align(16));
    uint64_t Size = Layout.getTypeAllocSize(Variable.getValueType());
    if (Alignment.value() > Block.StrictestAlignment || Size > Block.Most)
      return false;
    Needed = alignTo(Needed, Alignment) + Size;
  }
  return Needed <= Block.Most;
}

} // namespace

Expected<ThreadLocalModel>
chooseThreadLocalModel(const ThreadLocalScope &Scope,
                       const wire::ThreadLocalBlock &Block) {
  uint64_t Needed = 0;
  for (const Module *M : Scope.Modules) {
    if (!fits(*M, Block, Needed))
      return ThreadLocalModel::Emulated;
    for (const GlobalVariable &Variable : M->globals()) {
      if (!Variable.isThreadLocal() || Variable.hasLocalLinkage())
        continue;
      auto IsShared =
          Scope.Inputs.mention(symbolOf(Variable, ThreadLocalModel::Emulated));
      if (!IsShared)
        return IsShared.error();
      if (*IsShared)
        return ThreadLocalModel::Emulated;
    }
  }
  return ThreadLocalModel::Native;
}

namespace {

bool isDefinedIn(ArrayRef<const Module *> Modules, StringRef Name) {
  return any_of(Modules, [Name](const Module *M) {
    const GlobalValue *Found = M->getNamedValue(Name); // An alias, maybe.
    return Found && !Found->hasLocalLinkage() &&
           !Found->isDeclarationForLinker();
  });
}

/// Whether a native input defines \p Variable, in the model that the IR is in.
Expected<bool> isDefinedNatively(const GlobalVariable &Variable,
                                 const NativeInputs &Inputs,
                                 ThreadLocalModel Model) {
  auto IsOwn = Inputs.define(symbolOf(Variable, Model));
  if (!IsOwn || *IsOwn || Model == ThreadLocalModel::Native)
    return IsOwn;
  auto IsOther = Inputs.define(symbolOf(Variable, ThreadLocalModel::Native));
  if (!IsOther || !*IsOther)
    return IsOther;
  return Failure{Blame::Input,
                 "an object defines the thread-local variable '" +
                     Variable.getName().str() +
                     "', and the IR cannot reach it: its own need more room "
                     "than the executor has, or --emulated-tls was given; "
                     "compile the object with clang -femulated-tls, or pass it "
                     "as IR with --extra-module"};
}

/// The place before \p User where a value for its operand can be computed.
Instruction *insertionPoint(Use &U) {
  auto *User = cast<Instruction>(U.getUser());
  if (auto *Phi = dyn_cast<PHINode>(User))
    return Phi->getIncomingBlock(U)->getTerminator();
  return User;
}

/// In the place of \p Variable, what \p Access returns for \p Index.
void replaceUses(GlobalVariable &Variable, FunctionCallee Access,
                 Constant *Index) {
  convertUsersOfConstantsToInstructions({&Variable});
  SmallVector<Use *, 8> Uses;
  for (Use &U : Variable.uses())
    if (isa<Instruction>(U.getUser()))
      Uses.push_back(&U);
  for (Use *U : Uses) {
    auto *User = cast<Instruction>(U->getUser());
    auto *Intrinsic = dyn_cast<IntrinsicInst>(User);
    if (Intrinsic &&
        Intrinsic->getIntrinsicID() == Intrinsic::threadlocal_address) {
      Intrinsic->replaceAllUsesWith(
          IRBuilder<>(Intrinsic).CreateCall(Access, {Index}));
      Intrinsic->eraseFromParent();
    } else {
      U->set(IRBuilder<>(insertionPoint(*U)).CreateCall(Access, {Index}));
    }
  }
}

/// In the place of instructions, calls. The linker is to give their names to
/// their indices, which are returned.
std::vector<std::string> findByCall(Module &M,
                                    ArrayRef<GlobalVariable *> Variables) {
  std::vector<std::string> Indices;
  Type *Pointer = PointerType::getUnqual(M.getContext());
  FunctionCallee Access =
      M.getOrInsertFunction("__tls_get_addr", Pointer, Pointer);
  for (GlobalVariable *Variable : Variables) {
    auto *Index =
        new GlobalVariable(M, ArrayType::get(Pointer, 2), /*isConstant=*/false,
                           Variable->getLinkage(), /*Initializer=*/nullptr);
    replaceUses(*Variable, Access, Index);
    Index->takeName(Variable);
    Indices.push_back(Index->getName().str());
    if (Variable->use_empty())
      Variable->eraseFromParent();
  }
  return Indices;
}

/// Code generation takes nothing less than what an executable can have.
void makeGeneral(Module &M, ArrayRef<GlobalVariable *> Variables) {
  for (GlobalVariable *Variable : Variables)
    Variable->setThreadLocalMode(GlobalValue::GeneralDynamicTLSModel);
  M.setModuleFlag(Module::Max, "PIE Level",
                  static_cast<uint32_t>(PIELevel::Default));
}

} // namespace

Expected<LibraryThreadLocals> settleThreadLocals(Module &M,
                                                 const ThreadLocalScope &Scope,
                                                 ThreadLocalModel Model,
                                                 LibraryAccess Access) {
  LibraryThreadLocals Names;
  SmallVector<GlobalVariable *, 4> Found;
  for (GlobalVariable &Variable : M.globals()) {
    if (!Variable.isThreadLocal())
      continue;
    bool IsOwn = !Variable.isDeclarationForLinker() ||
                 isDefinedIn(Scope.Modules, Variable.getName());
    if (!IsOwn) {
      auto IsNative = isDefinedNatively(Variable, Scope.Inputs, Model);
      if (!IsNative)
        return IsNative.error();
      IsOwn = *IsNative;
    }
    if (!IsOwn)
      Found.push_back(&Variable);
    else if (Model == ThreadLocalModel::Native)
      Variable.setThreadLocalMode(GlobalValue::LocalExecTLSModel);
  }
  for (GlobalVariable *Variable : Found)
    Names.All.push_back(Variable->getName().str());
  if (Found.empty())
    return Names;
  if (Access == LibraryAccess::Call)
    Names.Indices = findByCall(M, Found);
  else
    makeGeneral(M, Found);
  return Names;
}

} // namespace remoterun::jit

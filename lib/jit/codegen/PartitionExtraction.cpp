//===- PartitionExtraction.cpp - One part as a module of its own ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/BitcodeBytes.h"
#include "jit/codegen/Partition.h"
#include "jit/ir/Declaration.h"
#include "jit/ir/GlobalReferences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Of llvm.used and its like, leaves what \p M defines; null for nothing.
GlobalVariable *restrictListOfUsed(Module &M, StringRef Name) {
  GlobalVariable *List = M.getGlobalVariable(Name);
  if (!List)
    return nullptr;
  SmallVector<Constant *, 16> Rest;
  for (Value *Entry : List->getInitializer()->operands()) {
    auto *Listed = cast<Constant>(Entry);
    if (!cast<GlobalValue>(Listed->stripPointerCasts())->isDeclaration())
      Rest.push_back(Listed);
  }
  GlobalVariable *New = nullptr;
  if (!Rest.empty()) {
    auto *Type = ArrayType::get(Rest.front()->getType(), Rest.size());
    New = new GlobalVariable(M, Type, /*isConstant=*/false,
                             GlobalValue::AppendingLinkage,
                             ConstantArray::get(Type, Rest), "");
    New->setSection(List->getSection());
    New->takeName(List);
  }
  List->eraseFromParent();
  return New;
}

/// The part's own values, and what they refer to, one through the other.
SmallPtrSet<GlobalValue *, 32> findWanted(ArrayRef<GlobalValue *> Own) {
  SmallPtrSet<GlobalValue *, 32> Wanted(Own.begin(), Own.end());
  SmallVector<GlobalValue *, 32> Pending(Own.begin(), Own.end());
  while (!Pending.empty())
    forEachReference(*Pending.pop_back_val(), [&](GlobalValue &Used) {
      if (Wanted.insert(&Used).second)
        Pending.push_back(&Used);
    });
  return Wanted;
}

void removeAllBut(const SmallPtrSetImpl<GlobalValue *> &Wanted, Module &M) {
  SmallVector<GlobalValue *, 0> Rest;
  for (GlobalValue &Value : M.global_values())
    if (!Wanted.contains(&Value))
      Rest.push_back(&Value);
  // First the references among them, which may go in circles.
  for (GlobalValue *Value : Rest)
    Value->dropAllReferences();
  for (GlobalValue *Value : Rest) {
    Value->removeDeadConstantUsers();
    // Metadata forgets it, and does not take poison for a function.
    ValueAsMetadata::handleDeletion(Value);
    Value->replaceAllUsesWith(PoisonValue::get(Value->getType()));
    Value->eraseFromParent();
  }
}

/// Leaves out names that differ from one edit of the program to the next, and
/// that no symbol has.
void forgetNames(Module &M) {
  M.setSourceFileName("");
  for (GlobalVariable &Variable : M.globals())
    if (Variable.hasPrivateLinkage())
      Variable.setName("");
}

/// Keeps compile units from describing \p Variables of other parts as if they
/// had been optimized out: a debugger would believe it.
void forgetVariables(ArrayRef<GlobalVariable *> Variables, Module &M) {
  SmallVector<DIGlobalVariableExpression *, 4> Described;
  for (GlobalVariable *Variable : Variables)
    Variable->getDebugInfo(Described);
  const SmallPtrSet<Metadata *, 32> Elsewhere(Described.begin(),
                                              Described.end());
  for (DICompileUnit *Unit : M.debug_compile_units()) {
    SmallVector<Metadata *, 32> Rest;
    for (DIGlobalVariableExpression *Variable : Unit->getGlobalVariables())
      if (!Elsewhere.contains(Variable))
        Rest.push_back(Variable);
    Unit->replaceGlobalVariables(MDTuple::get(M.getContext(), Rest));
  }
}

} // namespace

llvm::Expected<std::unique_ptr<Module>>
extractPartition(StringRef Bitcode, const PartitionPlan &Plan, unsigned Number,
                 LLVMContext &Context) {
  if (Plan.Count == 1)
    return readBitcode(ArrayRef(Bitcode.data(), Bitcode.size()), Context);
  auto Lazy = getLazyBitcodeModule(MemoryBufferRef(Bitcode, ""), Context,
                                   /*ShouldLazyLoadMetadata=*/true);
  if (!Lazy)
    return Lazy;
  Module &M = **Lazy;
  SmallVector<GlobalValue *, 0> Values;
  for (GlobalValue &Value : M.global_values())
    Values.push_back(&Value);
  if (Values.size() != Plan.Owners.size())
    return createStringError(inconvertibleErrorCode(),
                             "a partition's module is not the one planned");
  SmallVector<GlobalValue *, 0> Own;
  for (size_t I = 0; I != Values.size(); ++I)
    if (Plan.Owners[I] == Number && !Values[I]->isDeclaration()) {
      if (Error E = Values[I]->materialize())
        return E;
      Own.push_back(Values[I]);
    }
  if (Error E = M.materializeMetadata())
    return E;
  SmallVector<GlobalValue *, 0> Others;
  SmallVector<GlobalVariable *, 0> OtherVariables;
  for (size_t I = 0; I != Values.size(); ++I)
    if (!Values[I]->isDeclaration() && Plan.Owners[I] != Number &&
        Plan.Owners[I] != PartitionPlan::WhereUsed) {
      Others.push_back(Values[I]);
      if (auto *Variable = dyn_cast<GlobalVariable>(Values[I]))
        OtherVariables.push_back(Variable);
    }
  forgetVariables(OtherVariables, M);
  for (GlobalValue *Value : Others)
    makeDeclaration(*Value);
  if (Error E = M.materializeAll())
    return E;
  for (StringRef List : {"llvm.used", "llvm.compiler.used"})
    if (GlobalVariable *Rest = restrictListOfUsed(M, List))
      Own.push_back(Rest);
  removeAllBut(findWanted(Own), M);
  forgetNames(M);
  return Lazy;
}

} // namespace remoterun::jit

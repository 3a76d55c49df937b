//===- PartitionExtraction.cpp - One part as a module of its own ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/Partition.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Leaves the name, defined by another part.
void makeDeclaration(GlobalValue &Value) {
  if (auto *F = dyn_cast<Function>(&Value)) {
    F->deleteBody();
    return;
  }
  if (auto *Variable = dyn_cast<GlobalVariable>(&Value)) {
    Variable->setInitializer(nullptr);
    Variable->setLinkage(GlobalValue::ExternalLinkage);
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

/// Of llvm.used and its like, leaves what \p M defines.
void restrictListOfUsed(Module &M, StringRef Name) {
  GlobalVariable *List = M.getGlobalVariable(Name);
  if (!List)
    return;
  SmallVector<Constant *, 16> Rest;
  for (Value *Entry : List->getInitializer()->operands()) {
    auto *Listed = cast<Constant>(Entry);
    if (!cast<GlobalValue>(Listed->stripPointerCasts())->isDeclaration())
      Rest.push_back(Listed);
  }
  StringRef Section = List->getSection();
  if (!Rest.empty()) {
    auto *Type = ArrayType::get(Rest.front()->getType(), Rest.size());
    auto *New = new GlobalVariable(M, Type, /*isConstant=*/false,
                                   GlobalValue::AppendingLinkage,
                                   ConstantArray::get(Type, Rest), "");
    New->setSection(Section);
    New->takeName(List);
  }
  List->eraseFromParent();
}

/// Removes what nothing here uses; names of what remains are as everywhere,
/// except for those that no symbol will have: an edit elsewhere renumbers them.
void removeUnused(Module &M) {
  for (bool HasChanged = true; HasChanged;) {
    HasChanged = false;
    for (GlobalValue &Value : make_early_inc_range(M.global_values())) {
      if (!Value.isDeclaration() && !Value.hasLocalLinkage())
        continue;
      Value.removeDeadConstantUsers();
      if (!Value.use_empty())
        continue;
      Value.eraseFromParent();
      HasChanged = true;
    }
  }
  for (GlobalVariable &Variable : M.globals())
    if (Variable.hasPrivateLinkage())
      Variable.setName("");
}

} // namespace

llvm::Expected<std::unique_ptr<Module>>
extractPartition(StringRef Bitcode, const PartitionPlan &Plan, unsigned Number,
                 LLVMContext &Context) {
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
  for (size_t I = 0; I != Values.size(); ++I)
    if (Plan.Owners[I] == Number)
      if (Error E = Values[I]->materialize())
        return std::move(E);
  for (size_t I = 0; I != Values.size(); ++I)
    if (!Values[I]->isDeclaration() && Plan.Owners[I] != Number &&
        Plan.Owners[I] != PartitionPlan::WhereUsed)
      makeDeclaration(*Values[I]);
  if (Error E = M.materializeAll())
    return std::move(E);
  for (StringRef List : {"llvm.used", "llvm.compiler.used"})
    restrictListOfUsed(M, List);
  removeUnused(M);
  return Lazy;
}

} // namespace remoterun::jit

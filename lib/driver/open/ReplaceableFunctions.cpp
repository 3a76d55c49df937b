//===- ReplaceableFunctions.cpp - Names that lead to other code -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/ReplaceableFunctions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace remoterun::driver {

namespace {

std::string textOf(const FunctionType &Type) {
  std::string Text;
  raw_string_ostream(Text) << Type;
  return Text;
}

bool isDirectCall(const Use &Its) {
  const auto *Call = dyn_cast<CallBase>(Its.getUser());
  return Call && Call->isCallee(&Its);
}

/// Between quotes.
std::string quoted(StringRef Name) {
  std::string Text;
  raw_string_ostream Out(Text);
  Out << '"';
  printEscapedString(Name, Out);
  Out << '"';
  return Text;
}

} // namespace

std::string withoutBodySuffix(StringRef Function) {
  auto [Name, Rest] = Function.rsplit(BodySuffix);
  // A demangler puts it between parentheses: "f() (.body.3)".
  bool IsDemangled = Rest.consume_back(")");
  if (Rest.empty() || !all_of(Rest, isDigit) ||
      (IsDemangled && !Name.consume_back(" (")))
    return Function.str();
  return Name.str();
}

namespace {

/// Puts \p First before all other constructors.
void beginWith(Function *First, Module &M) {
  appendToGlobalCtors(M, First, /*Priority=*/0);
  GlobalVariable *List = M.getNamedGlobal("llvm.global_ctors");
  auto *Constructors = cast<ConstantArray>(List->getInitializer());
  std::vector<Constant *> Ordered = {
      Constructors->getOperand(Constructors->getNumOperands() - 1)};
  for (unsigned I = 0; I + 1 != Constructors->getNumOperands(); ++I)
    Ordered.push_back(Constructors->getOperand(I));
  List->setInitializer(ConstantArray::get(Constructors->getType(), Ordered));
}

/// The bodies' own constructors may call them by their entries, and so may
/// whatever is called by these: nobody else could write to the slots in time.
void leadToBodies(ArrayRef<ReplaceableFunction> Bodies, Module &M) {
  LLVMContext &Context = M.getContext();
  Function *Lead =
      Function::Create(FunctionType::get(Type::getVoidTy(Context), false),
                       GlobalValue::InternalLinkage, "remote_run.lead", M);
  IRBuilder<> Build(BasicBlock::Create(Context, "", Lead));
  Type *Pointer = Build.getPtrTy();
  for (const ReplaceableFunction &Each : Bodies) {
    Constant *Slot =
        M.getOrInsertGlobal((SlotPrefix + Each.Name).str(), Pointer);
    // Others may be calling them meanwhile.
    StoreInst *Store = Build.CreateStore(M.getFunction(Each.Body), Slot);
    Store->setAlignment(M.getDataLayout().getABITypeAlign(Pointer));
    Store->setAtomic(AtomicOrdering::Release);
  }
  Build.CreateRetVoid();
  beginWith(Lead, M);
}

} // namespace

std::vector<ReplaceableFunction> separateBodies(Module &M, StringRef Suffix) {
  std::vector<Function *> Defined;
  for (Function &F : M)
    if (!F.isDeclarationForLinker() && !F.hasLocalLinkage() &&
        !F.hasHiddenVisibility())
      Defined.push_back(&F);
  std::vector<ReplaceableFunction> Separated;
  for (Function *F : Defined) {
    std::string Name = F->getName().str();
    F->setName(Name + Suffix);
    // Another body may have the same group, or be as weak.
    F->setComdat(nullptr);
    F->setLinkage(GlobalValue::ExternalLinkage);
    Function *Entry = Function::Create(F->getFunctionType(),
                                       GlobalValue::ExternalLinkage, Name, M);
    F->replaceUsesWithIf(Entry, [](Use &Its) { return !isDirectCall(Its); });
    Separated.push_back(
        {Name, F->getName().str(), textOf(*F->getFunctionType())});
  }
  if (!Separated.empty())
    leadToBodies(Separated, M);
  return Separated;
}

std::string makeEntries(ArrayRef<ReplaceableFunction> Functions,
                        const Triple &Target) {
  std::string Text;
  raw_string_ostream Out(Text);
  Out << "target triple = " << quoted(Target.str()) << "\n";
  for (const ReplaceableFunction &Each : Functions)
    Out << "@" << quoted(Each.Name) << " = ifunc void (), ptr @"
        << quoted(Each.Name + ".resolver") << "\n"
        << "define internal ptr @" << quoted(Each.Name + ".resolver")
        << "() {\n  ret ptr null\n}\n";
  return Text;
}

} // namespace remoterun::driver

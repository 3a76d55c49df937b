//===- Reachability.cpp - Only what the program can get to ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Reachability.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmVersion.h"
#include "jit/base/SymbolNames.h"
#include "jit/ir/FileScope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/AutoUpgrade.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Whether code generation may call \p Name where the IR does not: memcpy, the
/// functions of libgcc, those of the stack protector. Names that the C library
/// is known to have count as well; libraries refer to many of them.
bool isKnownToCompiler(StringRef Name, const TargetLibraryInfoImpl &Library) {
  LibFunc Known;
  return Name.starts_with("__") || Library.getLibFunc(Name, Known);
}

/// Whether native executables offer it to their libraries (compare
/// Symbol::IsExported). Of what is discarded where it is
/// not used, every library has its own.
bool isOffered(const GlobalValue &Value) {
  if (Value.hasHiddenVisibility() || Value.hasLocalLinkage() ||
      Value.isDiscardableIfUnused() || Value.getName().empty() ||
      Value.getName().starts_with("llvm."))
    return false;
  return !isa<GlobalVariable>(Value) || !Value.isWeakForLinker() ||
         Value.hasCommonLinkage() || !isMangled(Value.getName());
}

/// "\01name" is the symbol "name", whatever the target does to names.
StringRef symbolOf(const GlobalValue &Value) {
  return GlobalValue::dropLLVMManglingEscape(Value.getName());
}

} // namespace

Reachability::Reachability(ArrayRef<Module *> Modules, BodyReader *Reader)
    : Modules(Modules), Reader(Reader) {
  for (Module *M : Modules)
    for (GlobalValue &Value : M->global_values())
      if (!Value.isDeclaration() && Value.hasName())
        Definitions[symbolOf(Value)].push_back(&Value);
}

void Reachability::reach(GlobalValue &Value) {
  if (Value.isDeclaration()) {
    if (!Value.hasLocalLinkage())
      reachName(symbolOf(Value));
    return;
  }
  if (Value.hasAvailableExternallyLinkage() && !ForOptimizer) {
    reachName(symbolOf(Value));
    return;
  }
  if (!Reached.insert(&Value).second)
    return;
  Pending.push_back(&Value);
  // Another module's may be the one that counts.
  if (!Value.hasLocalLinkage())
    reachName(symbolOf(Value));
}

void Reachability::reachName(StringRef Name) {
  auto Found = Definitions.find(Name);
  if (Found == Definitions.end()) {
    LoadsPlugIns |= mayLoadPlugIns(Name);
    return;
  }
  for (GlobalValue *Definition : Found->second)
    if (!Definition->hasLocalLinkage() &&
        !Definition->hasAvailableExternallyLinkage())
      reach(*Definition);
}

void Reachability::reachOperand(Constant &Operand) {
  SmallVector<Constant *, 16> Stack = {&Operand};
  while (!Stack.empty()) {
    Constant *Next = Stack.pop_back_val();
    if (auto *Value = dyn_cast<GlobalValue>(Next)) {
      reach(*Value);
      continue;
    }
    if (Next->getNumOperands() == 0 || !Seen.insert(Next).second)
      continue;
    for (Value *Inner : Next->operands())
      if (auto *InnerConstant = dyn_cast<Constant>(Inner))
        Stack.push_back(InnerConstant);
  }
}

void Reachability::reachAnyNamed(StringRef Symbol) {
  auto Found = Definitions.find(Symbol);
  if (Found != Definitions.end())
    for (GlobalValue *Definition : Found->second)
      reach(*Definition);
}

void Reachability::reachAssembly(StringRef Text) {
  forEachAssemblyWord(Text, [&](StringRef Word) { reachAnyNamed(Word); });
}

void Reachability::visitBody(Function &F) {
  for (Instruction &I : instructions(F))
    for (Value *Operand : I.operands()) {
      if (auto *Used = dyn_cast<Constant>(Operand))
        reachOperand(*Used);
      else if (auto *Assembly = dyn_cast<InlineAsm>(Operand))
        reachAssembly(Assembly->getAsmString());
    }
}

Error Reachability::visit(GlobalValue &Value) {
  Module *Its = Value.getParent();
  if (Its != Modules[Current]) {
    Current = find(Modules, Its) - Modules.begin();
    setCrashContext("reading '" + Its->getModuleIdentifier() + "'");
  }
  auto *F = dyn_cast<Function>(&Value);
  if (F && Reader)
    Reader->want(*F);
  else if (Error E = Value.materialize())
    return E;
  for (Use &Operand : Value.operands())
    if (auto *Used = dyn_cast_or_null<Constant>(Operand.get()))
      reachOperand(*Used);
  if (F && !Reader)
    visitBody(*F);
  return Error::success();
}

void Reachability::addRootsOf(Module &M, const Roots &Kept) {
  TargetLibraryInfoImpl Library(llvm_version::targetTriple(M));
  for (GlobalValue &Value : M.global_values()) {
    if (Value.isDeclaration())
      continue;
    // The tables of constructors and of what is used by means unknown.
    bool IsRoot = Value.hasAppendingLinkage();
    // Code may walk through a section from its start to its end.
    if (auto *Object = dyn_cast<GlobalObject>(&Value))
      IsRoot |= Object->hasSection();
    if (!Value.hasLocalLinkage())
      IsRoot |= Kept.EveryExport || isKnownToCompiler(symbolOf(Value), Library);
    if (IsRoot)
      reach(Value);
  }
  reachAssembly(llvm_version::fileScopeAssembly(M));
  // Local to its module, it may be the entry all the same.
  if (GlobalValue *Entry = M.getNamedValue(Kept.Entry))
    reach(*Entry);
}

Error Reachability::findFrom(const Roots &Kept) {
  ForOptimizer = Kept.ForOptimizer;
  setCrashContext("reading '" + Modules[Current]->getModuleIdentifier() + "'");
  for (Module *M : Modules)
    addRootsOf(*M, Kept);
  for (const std::string &Name : Kept.Names)
    reachAnyNamed(Name);
  if (Error E = visitPending())
    return E;
  if (Kept.Rules)
    addExports(Kept.Rules->Exports);
  return visitPending();
}

Error Reachability::visitPending() {
  do {
    while (!Pending.empty())
      if (Error E = visit(*Pending.pop_back_val()))
        return E;
  } while (Reader && reachNextBody());
  return Error::success();
}

bool Reachability::reachNextBody() {
  auto Body = Reader->next();
  if (!Body)
    return false;
  for (GlobalValue *Used : Body->References)
    reach(*Used);
  for (StringRef Text : Body->Assembly)
    reachAssembly(Text);
  return true;
}

/// What plug-ins may call (compare Symbol::Exports). That
/// there are any shows in what was found to be reachable.
void Reachability::addExports(const ExportRules &Exports) {
  bool IsAll = Exports.Everything.value_or(LoadsPlugIns);
  if (!IsAll && !Exports.Data && Exports.Listed.empty())
    return;
  for (Module *M : Modules)
    for (GlobalValue &Value : M->global_values()) {
      if (Value.isDeclarationForLinker() || Value.hasLocalLinkage() ||
          Value.hasHiddenVisibility())
        continue;
      StringRef Name = symbolOf(Value);
      bool IsData = isa<GlobalVariable>(Value);
      if ((IsAll || Exports.lists(Name, IsData)) &&
          !Exports.Versions.hides(Name))
        reach(Value);
    }
}

bool Reachability::isKept(const GlobalValue &Value) const {
  return Value.isDeclaration() || Reached.contains(&Value);
}

namespace {

/// Takes the definition away; references to the name stay possible.
void makeDeclaration(GlobalValue &Value) {
  if (auto *F = dyn_cast<Function>(&Value)) {
    F->deleteBody();
    F->setComdat(nullptr);
  } else if (auto *Variable = dyn_cast<GlobalVariable>(&Value)) {
    Variable->setInitializer(nullptr);
    Variable->setLinkage(GlobalValue::ExternalLinkage);
    Variable->setComdat(nullptr);
  }
}

} // namespace

namespace {

/// What goes with something that was left out stays alone: as where a linker
/// discards nothing.
void dissolveAssociations(Module &M) {
  for (GlobalObject &Object : M.global_objects())
    if (MDNode *With = Object.getMetadata(LLVMContext::MD_associated))
      if (With->getNumOperands() == 0 || !With->getOperand(0))
        Object.setMetadata(LLVMContext::MD_associated, nullptr);
}

} // namespace

llvm::Expected<LeftOutSymbols> Reachability::prune() {
  LeftOutSymbols Gone;
  for (Current = 0; Current != Modules.size(); ++Current) {
    Module *M = Modules[Current];
    setCrashContext("reading '" + M->getModuleIdentifier() + "'");
    // The reader finds what metadata refers to by its number: if no body was
    // read yet, what is removed below would be missing there.
    if (Error E = M->materializeMetadata())
      return E;
    SmallVector<GlobalValue *, 64> Rest;
    for (GlobalValue &Value : M->global_values())
      if (!isKept(Value))
        Rest.push_back(&Value);
    for (GlobalValue *Value : Rest) {
      if (!Value->isDeclarationForLinker())
        Gone.All.push_back(symbolOf(*Value).str());
      if (isOffered(*Value))
        Gone.Offered.push_back(Gone.All.back());
      // What is left of their uses is in one another.
      if (isa<GlobalAlias, GlobalIFunc>(Value)) {
        ValueAsMetadata::handleDeletion(Value);
        Value->replaceAllUsesWith(PoisonValue::get(Value->getType()));
      }
      makeDeclaration(*Value);
    }
    // Aliases, which come last, before what they stand for.
    for (GlobalValue *Value : reverse(Rest)) {
      Value->removeDeadConstantUsers();
      if (Value->use_empty())
        Value->eraseFromParent();
    }
    if (Reader)
      UpgradeModuleFlags(*M);
    else if (Error E = M->materializeAll())
      return E;
    dissolveAssociations(*M);
  }
  return Gone;
}

} // namespace remoterun::jit

//===- Unit.cpp - IR that is compiled by itself ---------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Unit.h"
#include "jit/ir/Declaration.h"
#include "jit/ir/FileScope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <map>
#include <string>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// By name, what modules of one unit have in common. Flags that llvm::Linker
/// can join (the least, the greatest, all) are about what is generated for a
/// function at the most by hints, or are debuggers'.
using FlagValues = std::map<std::string, const Metadata *>;

FlagValues decisiveFlags(const Module &M) {
  FlagValues Values;
  SmallVector<Module::ModuleFlagEntry, 16> Flags;
  M.getModuleFlagsMetadata(Flags);
  for (const Module::ModuleFlagEntry &Flag : Flags) {
    bool IsExclusive = Flag.Behavior == Module::Error ||
                       Flag.Behavior == Module::Warning ||
                       Flag.Behavior == Module::Override;
    // Without debug information, there is none.
    if (IsExclusive && Flag.Key->getString() != "Debug Info Version")
      Values[Flag.Key->getString().str()] = Flag.Val;
  }
  return Values;
}

/// Whether assembly of a function of \p M has a word that is the name of a
/// local symbol: not one of \p M, which would have file scope, but of another.
bool namesLocals(const Module &M, const StringSet<> &Locals) {
  StringSet<> Words = wordsOfInlineAssembly(M);
  return any_of(
      Words, [&](const auto &Word) { return Locals.contains(Word.first()); });
}

StringSet<> localSymbols(ArrayRef<const Module *> Modules) {
  StringSet<> Names;
  for (const Module *M : Modules)
    for (const GlobalValue &Value : M->global_values())
      if (Value.hasInternalLinkage())
        Names.insert(Value.getName());
  return Names;
}

} // namespace

std::vector<bool> findUnitStarts(ArrayRef<const Module *> Modules) {
  std::vector<bool> Starts(Modules.size(), true);
  if (Modules.size() == 1)
    return Starts;
  const StringSet<> Locals = localSymbols(Modules);
  bool IsOpen = false; // More may come into the unit.
  FlagValues Flags;
  for (size_t Number = 0; Number != Modules.size(); ++Number) {
    const Module &M = *Modules[Number];
    bool IsAlone = hasFileScope(M) || namesLocals(M, Locals);
    FlagValues Its = decisiveFlags(M);
    Starts[Number] = IsAlone || !IsOpen || Its != Flags;
    IsOpen = !IsAlone;
    Flags = std::move(Its);
  }
  return Starts;
}

namespace {

/// Takes the members of \p Groups out of \p M. What is local to a group has no
/// other users than its members (gABI, Section Groups).
void removeGroups(Module &M, const SmallPtrSetImpl<const Comdat *> &Groups) {
  SmallVector<GlobalValue *, 16> Members, Locals;
  for (GlobalValue &Value : M.global_values()) {
    const GlobalObject *Object = Value.getAliaseeObject();
    if (!Object || !Groups.contains(Object->getComdat()) ||
        Value.isDeclarationForLinker())
      continue;
    (Value.hasLocalLinkage() ? Locals : Members).push_back(&Value);
  }
  // Aliases, which come last, before what they stand for.
  for (GlobalValue *Value : reverse(Members))
    makeDeclaration(*Value);
  for (GlobalValue *Value : reverse(Locals)) {
    Value->removeDeadConstantUsers();
    if (Value->use_empty())
      Value->eraseFromParent();
    else if (auto *Object = dyn_cast<GlobalObject>(Value))
      Object->setComdat(nullptr);
  }
}

} // namespace

void foldComdats(ArrayRef<Module *> Units) {
  StringSet<> Known;
  for (Module *M : Units) {
    SmallPtrSet<const Comdat *, 16> Lost;
    for (const auto &Entry : M->getComdatSymbolTable())
      if (Entry.second.getSelectionKind() != Comdat::NoDeduplicate &&
          !Entry.second.getUsers().empty() &&
          !Known.insert(Entry.first()).second)
        Lost.insert(&Entry.second);
    if (!Lost.empty())
      removeGroups(*M, Lost);
  }
}

} // namespace remoterun::jit

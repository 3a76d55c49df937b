//===- EarlyLookup.cpp - Asking before compiling --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compilation.h"
#include "LookupAnswers.h"
#include "SymbolLookup.h"
#include "jit/debug/MissingSymbols.h"
#include "jit/ir/ReferencesInIR.h"
#include "jit/link/LinkerSymbols.h"
#include "jit/object/SharedLibrary.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace remoterun {

using controller::Session;

namespace {

/// What the program will want of the executor, as far as that can be known
/// before it is compiled.
Expected<jit::Program::Wanted>
wantedBeforeCompiling(const Options &Chosen, ArrayRef<const Module *> Modules,
                      const jit::NativeInputs &Inputs) {
  auto OfObjects = Inputs.symbols();
  if (!OfObjects)
    return OfObjects.error();
  jit::Program::Wanted Wanted;
  const jit::SymbolRules &Rules = Chosen.Link.Rules;
  auto Add = [&](const std::string &Named, bool IsWeak) {
    const std::string Name = Rules.realMeaningOf(Named).str();
    if (Rules.assigns(Name) || jit::define(Modules, Name))
      return;
    if (!Chosen.AbsoluteSymbols.count(Name) && !(*OfObjects)->find(Name) &&
        !Inputs.archivesDefine(Name) && !jit::mayBeLinkerSymbol(Name))
      Wanted.push_back({Name, {IsWeak}});
  };
  for (const auto &[Name, IsWeak] : jit::referencesOf(Modules))
    Add(Name, IsWeak);
  for (const auto &[Name, Symbol] : (*OfObjects)->undefined())
    Add(Name, Symbol.IsWeak);
  for (const Module *M : Modules)
    for (const std::string &Name : jit::callsForIntrinsics(*M))
      Add(Name, /*IsWeak=*/true);
  return Wanted;
}

/// What libraries could refer to, the entry and archives excepted.
Expected<std::vector<std::string>>
definitionsOf(ArrayRef<const Module *> Modules, const jit::NativeInputs &Inputs,
              StringRef Entry) {
  std::vector<std::string> Names;
  for (const Module *M : Modules)
    for (const GlobalValue &Value : M->global_values())
      if (!Value.isDeclaration() && !Value.hasLocalLinkage() &&
          !Value.hasHiddenVisibility() && Value.hasName() &&
          Value.getName() != Entry)
        Names.push_back(Value.getName().str());
  auto OfObjects = Inputs.symbols();
  if (!OfObjects)
    return OfObjects.error();
  (*OfObjects)
      ->forEach(
          [&](StringRef Name, const jit::ProgramSymbols::Definition &Found) {
            if (isForLibraries(Found) && Name != Entry)
              Names.push_back(Name.str());
          });
  return Names;
}

/// Asks for \p Wanted, and notes the answer; returns what is missing.
Expected<StringSet<>> askEarly(const Options &Chosen,
                               const jit::Program::Wanted &Wanted,
                               const std::vector<std::string> &Defined,
                               Workshop &Shop, Session &Link) {
  StringSet<> Names;
  for (const auto &[Name, Symbol] : Wanted)
    if (!Symbol.IsWeak)
      Names.insert(Name);
  auto DefinesAny = [&](const LinkLine::SpareLibrary &Library) {
    bool IsNeeded = false;
    jit::forEachDynamicSymbolOf(
        Library.File, [&](StringRef Name) { IsNeeded |= Names.erase(Name); });
    return IsNeeded;
  };
  if (auto Loaded = loadSpare(Chosen, DefinesAny, Shop, Link); !Loaded)
    return Loaded.error();
  wire::Lookup Question;
  Question.ProcessSymbols = Chosen.ProcessSymbols;
  Question.LoadNow = !Chosen.AsImage;
  for (const auto &[Name, Symbol] : Wanted)
    Question.Symbols.push({Symbol.IsWeak, /*WantsSize=*/Chosen.AsImage, Name});
  for (const std::string &Name : Shop.IR.LeftOut.Offered)
    Question.Spare.push(Name);
  size_t LeftOut = Question.Spare.size();
  for (const std::string &Name : Defined)
    Question.Spare.push(Name);
  if (auto Sent = Link.sendLookup(Question); !Sent)
    return Sent.error();
  auto Answer = Link.receiveLookupReply();
  if (!Answer)
    return Answer.error();
  Shop.Early.NothingIsReferenced =
      Answer->Referenced.empty() || Answer->Referenced[0] >= LeftOut;
  for (const std::string &Name : Defined)
    Shop.Early.Defined.insert(Name);
  for (uint32_t Index : Answer->Referenced)
    if (Index >= LeftOut)
      Shop.Early.Exported.insert(Defined[Index - LeftOut]);
  noteNeeded(*Answer, Shop);
  StringSet<> Missing;
  for (size_t I = 0; I != Wanted.size(); ++I) {
    const auto &[Name, Symbol] = Wanted[I];
    if (isImported(Chosen, Answer->Symbols[I]))
      Shop.Early.Imported[Name] = imported(Answer->Symbols[I], *Answer);
    else if (ExecutorAddr Found = Answer->Symbols[I].Address; !Found.isNull())
      Shop.Early.Found[Name] = Found;
    else if (Symbol.IsWeak)
      Shop.Early.WeakAndMissing.insert(Name);
    else
      Missing.insert(Name);
  }
  return Missing;
}

/// Links as much of the program as refers to \p Missing, which fails if code
/// generation has kept the references.
Expected<void> linkReferrers(const Options &Chosen, Workshop &Shop,
                             const StringSet<> &Missing, Session &Link) {
  Shop.Early.Further.clear();
  for (const jit::Unit &Unit : Shop.IR.Units)
    for (const auto &Symbol :
         jit::keepReferrers(*Unit.IR, Missing, jit::ReferencesShown))
      Shop.Early.Further[Symbol.first()] += Symbol.second;
  if (auto Done = compileAndJoin(Chosen, Shop, Link); !Done)
    return Done;
  if (!leftOutAndNeeded(Shop).empty())
    return {};
  auto Asked = askForSymbols(Chosen, Shop, Link);
  if (!Asked)
    return Asked.error();
  auto Received = receiveSymbols(Chosen, Shop, *Asked, Link);
  return Received ? Expected<void>() : Received.error();
}

} // namespace

Expected<void> askBeforeCompiling(const Options &Chosen, Workshop &Shop,
                                  const jit::NativeInputs &Inputs,
                                  Session &Link) {
  std::vector<const Module *> Modules;
  size_t Weight = 0;
  for (const jit::Unit &Unit : Shop.IR.Units) {
    Modules.push_back(Unit.IR.get());
    Weight += Unit.IR->getInstructionCount();
  }
  // What code generation adds may have to be asked for again: a third round
  // trip, which is worth it where generating code takes a sixth of a second or
  // more.
  constexpr size_t WorthAsking = 5000;
  if (Shop.Early.WasAsked || Chosen.UseObjectCache ||
      Weight <= std::min(Chosen.PartSize, WorthAsking))
    return {};
  Shop.Early.WasAsked = true;
  auto Wanted = wantedBeforeCompiling(Chosen, Modules, Inputs);
  if (!Wanted)
    return Wanted.error();
  if (Wanted->empty())
    return {};
  std::vector<std::string> Defined;
  if (Chosen.AsImage) {
    auto Found = definitionsOf(Modules, Inputs, Chosen.EntryFunction);
    if (!Found)
      return Found.error();
    Defined = std::move(*Found);
  }
  auto Missing = askEarly(Chosen, *Wanted, Defined, Shop, Link);
  if (!Missing)
    return Missing.error();
  if (Missing->empty())
    return {};
  if (auto Linked = linkReferrers(Chosen, Shop, *Missing, Link); !Linked)
    return Linked;
  // Nothing is missing: the references were in code that goes away.
  Shop.Early.Further.clear();
  Shop.Compiled.reset();
  Shop.Addresses.clear();
  return loadIR(Chosen, Shop);
}

} // namespace remoterun

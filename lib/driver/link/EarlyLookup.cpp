//===- EarlyLookup.cpp - Asking before compiling --------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/Compilation.h"
#include "driver/compile/LateDivision.h"
#include "driver/link/ProgramLinker.h"
#include "jit/debug/MissingSymbols.h"
#include "jit/ir/ReferencesInIR.h"
#include "jit/link/LinkerSymbols.h"
#include "jit/object/SharedLibrary.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::driver {

using controller::Session;

namespace {

/// What the program will want of the executor, as far as that can be known
/// before it is compiled.
Expected<jit::Program::Wanted>
wantedBeforeCompiling(const LinkSettings &Settings,
                      ArrayRef<const Module *> Modules,
                      const jit::NativeInputs &Inputs) {
  auto OfObjects = Inputs.symbols();
  if (!OfObjects)
    return OfObjects.error();
  jit::Program::Wanted Wanted;
  const jit::SymbolRules &Rules = Settings.Rules;
  auto Add = [&](const std::string &Named, bool IsWeak) {
    const std::string Name = Rules.realMeaningOf(Named).str();
    if (Rules.assigns(Name) || jit::define(Modules, Name))
      return;
    if (!Settings.AbsoluteSymbols.count(Name) && !(*OfObjects)->find(Name) &&
        !Inputs.archivesDefine(Name) && !jit::mayBeLinkerSymbol(Name))
      Wanted.push_back({Name, {IsWeak}});
  };
  for (const auto &[Name, IsWeak] : jit::referencesOf(Modules))
    Add(Name, IsWeak);
  for (const std::string &Name : jit::threadLocalReferencesOf(Modules))
    Add(Name, /*IsWeak=*/true);
  for (const auto &[Name, Symbol] : (*OfObjects)->undefined())
    Add(Name, Symbol.IsWeak);
  for (const std::string &Name : jit::callsOfCodeGeneration(Modules))
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
  (*OfObjects)->forEach([&](StringRef Name, const jit::Symbol &Found) {
    if (isForLibraries(Found) && Name != Entry)
      Names.push_back(Name.str());
  });
  return Names;
}

/// Of each strong name of \p Wanted, the first library on the command line that
/// defines it, as far as they are here. Only libraries under --as-needed are to
/// be told apart so.
StringSet<> firstToDefine(const LinkSettings &Settings,
                          const jit::Program::Wanted &Wanted) {
  StringSet<> Files;
  if (Settings.Spare.empty())
    return Files;
  StringSet<> Names;
  for (const auto &[Name, Symbol] : Wanted)
    if (!Symbol.IsWeak)
      Names.insert(Name);
  for (const jit::LinkInput &Input : Settings.Inputs)
    if (!Input.isLinkedIn())
      jit::forEachDynamicSymbolOf(Input.File, [&](StringRef Name) {
        if (Names.erase(Name))
          Files.insert(Input.File);
      });
  return Files;
}

} // namespace

/// Asks for \p Wanted, and notes the answer; returns what is missing.
Expected<StringSet<>>
ProgramLinker::askEarly(const jit::Program::Wanted &Wanted,
                        const std::vector<std::string> &Defined) {
  const StringSet<> First = firstToDefine(Settings.Link, Wanted);
  auto IsFirst = [&](const Library &Each) { return First.contains(Each.File); };
  if (auto Loaded = loadSpare(IsFirst); !Loaded)
    return Loaded.error();
  wire::Lookup Question;
  Question.ProcessSymbols = Settings.Link.ProcessSymbols;
  Question.LoadNow = !Settings.Link.AsImage;
  for (const auto &[Name, Symbol] : Wanted)
    Question.Symbols.push(
        {Symbol.IsWeak, /*WantsSize=*/Settings.Link.AsImage, Name});
  for (const std::string &Name : Work.Loaded.IR.LeftOut.Offered)
    Question.Spare.push(Name);
  size_t LeftOut = Question.Spare.size();
  for (const std::string &Name : Defined)
    Question.Spare.push(Name);
  if (auto Sent = Link.sendLookup(Question); !Sent)
    return Sent.error();
  auto Answer = Link.receiveLookupReply();
  if (!Answer)
    return Answer.error();
  Early.NothingIsReferenced =
      Answer->Referenced.empty() || Answer->Referenced[0] >= LeftOut;
  for (const std::string &Name : Defined)
    Early.Defined.insert(Name);
  for (uint32_t Index : Answer->Referenced)
    if (Index >= LeftOut)
      Early.Exported.insert(Defined[Index - LeftOut]);
  noteNeeded(*Answer);
  StringSet<> Missing;
  for (size_t I = 0; I != Wanted.size(); ++I) {
    const auto &[Name, Symbol] = Wanted[I];
    const wire::LookupReply::Symbol &Its = Answer->Symbols[I];
    bool IsImported = isImported(Its);
    Early.FoundCount += IsImported || !Its.Address.isNull();
    if (IsImported || isImportable(Its))
      Early.Imported[Name] = imported(Its, *Answer);
    if (IsImported)
      continue;
    if (!Its.Address.isNull())
      Early.Found[Name] = Its.Address;
    else if (Symbol.IsWeak)
      Early.WeakAndMissing.insert(Name);
    else
      Missing.insert(Name);
  }
  return Missing;
}

/// Links as much of the program as refers to \p Missing, which fails if code
/// generation has kept the references.
Expected<void> ProgramLinker::linkReferrers(const StringSet<> &Missing) {
  Early.Further.clear();
  Early.IsForReferrers = true;
  if (Work.Loaded.Unread)
    if (auto Loaded = loadWhole(Work); !Loaded)
      return Loaded;
  for (const jit::Unit &Unit : Work.Loaded.IR.Units)
    for (const auto &Symbol :
         jit::keepReferrers(*Unit.IR, Missing, jit::ReferencesShown))
      Early.Further[Symbol.first()] += Symbol.second;
  if (auto Done = compileAndJoin(); !Done)
    return Done;
  if (!Program.neededOf(Work.Loaded.IR.LeftOut).empty())
    return {};
  if (auto Sent = askForSymbols(); !Sent)
    return Sent;
  auto Received = receiveSymbols();
  return Received ? Expected<void>() : Received.error();
}

Expected<void>
ProgramLinker::askBeforeCompiling(const jit::NativeInputs &Inputs) {
  // Objects of lli's cache tell what they refer to.
  if (Early.WasAsked || Settings.Compile.UseObjectCache)
    return {};
  // Of a program for another machine, which will be refused, this one has
  // nothing to tell.
  const Triple Theirs(Triple::normalize(Link.facts().Triple));
  const jit::Isa *Target = Work.isa();
  if (!Target || Target != jit::findIsa(Theirs.getArch()) ||
      !Theirs.isOSLinux())
    return {};
  std::vector<const Module *> Modules;
  for (const jit::Unit &Unit : Work.Loaded.IR.Units)
    Modules.push_back(Unit.IR.get());
  Early.WasAsked = true;
  auto Wanted = wantedBeforeCompiling(Settings.Link, Modules, Inputs);
  if (!Wanted)
    return Wanted.error();
  if (Wanted->empty())
    return {};
  std::vector<std::string> Defined;
  if (Settings.Link.AsImage) {
    auto Found = definitionsOf(Modules, Inputs, Settings.Compile.EntryFunction);
    if (!Found)
      return Found.error();
    Defined = std::move(*Found);
  }
  auto Missing = askEarly(*Wanted, Defined);
  if (!Missing)
    return Missing.error();
  if (Missing->empty())
    return {};
  if (auto Linked = linkReferrers(*Missing); !Linked)
    return Linked;
  // Nothing is missing: the references were in code that goes away.
  Early.Further.clear();
  Early.IsForReferrers = false;
  Work.Compiled.reset();
  Addresses.clear();
  return loadIR(Work);
}

} // namespace remoterun::driver

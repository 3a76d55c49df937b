//===- SymbolLookup.cpp - Asking the executor for symbols -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymbolLookup.h"
#include "Compilation.h"
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

/// Loads those of the libraries under --as-needed for which \p IsNeeded is
/// true.
Expected<void>
loadSpare(const Options &Chosen,
          function_ref<bool(const LinkLine::SpareLibrary &)> IsNeeded,
          Workshop &Shop, Session &Link) {
  wire::Load Request;
  Request.LoadNow = !Chosen.AsImage;
  for (const LinkLine::SpareLibrary &Library : Chosen.Link.Spare)
    if (IsNeeded(Library) && Shop.SpareLoaded.insert(Library.Text).second)
      Request.Libraries.push({wire::Load::Kind::Path, Library.Text});
  return Request.Libraries.empty() ? Expected<void>() : Link.load(Request);
}

/// What libraries that are loaded with an image, or later, bind to.
bool isForLibraries(const jit::ProgramSymbols::Definition &Found) {
  return Found.IsExported || Found.IsInlineVariable;
}

/// What plug-ins and dlsym(3) shall find, whoever refers to it by now.
bool isForAll(const jit::ProgramSymbols::Definition &Found) {
  return isForLibraries(Found) &&
         Found.Exports == jit::ProgramSymbols::Definition::Export::Always;
}

/// The program's other definitions that libraries could refer to, and the
/// executor has not been asked about.
std::vector<StringRef> unaskedDefinitions(const Options &Chosen,
                                          const Workshop &Shop) {
  std::vector<StringRef> Names;
  if (!Chosen.AsImage)
    return Names;
  Shop.Program.Symbols.forEach(
      [&](StringRef Name, const jit::ProgramSymbols::Definition &Found) {
        if (isForLibraries(Found) && !isForAll(Found) &&
            Name != Chosen.EntryFunction && !Shop.Early.Defined.contains(Name))
          Names.push_back(Name);
      });
  return Names;
}

} // namespace

Expected<jit::Program::Wanted> askForSymbols(const Options &Chosen,
                                             Workshop &Shop, Session &Link) {
  auto Wanted = Shop.Program.wanted(Chosen.AbsoluteSymbols);
  const EarlySymbols &Early = Shop.Early;
  erase_if(Wanted, [&](const auto &Entry) {
    auto Known = Early.Found.find(Entry.first);
    // The size of some matters, too.
    if (auto Its = Early.Imported.find(Entry.first);
        Its != Early.Imported.end() &&
        !Shop.Program.Joined.Sizes.contains(Entry.first)) {
      Shop.Imported[Entry.first] = Its->second;
      return true;
    }
    // The size of some matters, too.
    if (Known == Early.Found.end() || Shop.Program.wantsSize(Entry.first))
      return false;
    Shop.Addresses[Entry.first] = Known->second;
    return true;
  });
  // No library was loaded since that might have a weak one.
  if (all_of(Wanted, [&](const auto &Entry) {
        return Entry.second.IsWeak &&
               Early.WeakAndMissing.contains(Entry.first);
      }))
    Wanted.clear();
  auto IsLinked = [&](const LinkLine::SpareLibrary &Library) {
    return Shop.Program.Symbols.isLinked(Library.File);
  };
  if (auto Loaded = loadSpare(Chosen, IsLinked, Shop, Link); !Loaded)
    return Loaded.error();
  wire::Lookup Question;
  Question.ProcessSymbols = Chosen.ProcessSymbols;
  Question.LoadNow = !Chosen.AsImage;
  for (const auto &[Name, Symbol] : Wanted)
    // It may have to be copied.
    Question.Symbols.push(
        {Symbol.IsWeak, Chosen.AsImage || Shop.Program.wantsSize(Name), Name});
  if (!Wanted.empty() || !Early.NothingIsReferenced)
    for (const std::string &Name : Shop.Compiled->LeftOut)
      Question.Spare.push(Name);
  Shop.SpareLeftOut = Question.Spare.size();
  Shop.Offered = unaskedDefinitions(Chosen, Shop);
  for (StringRef Name : Shop.Offered)
    Question.Spare.push(std::string_view(Name));
  // The answer tells which libraries the program has to name, too.
  bool HasLibraries =
      Chosen.AsImage && !Chosen.Link.Libraries.empty() && Shop.Needed.empty();
  Shop.IsAsking =
      !Question.Symbols.empty() || !Question.Spare.empty() || HasLibraries;
  if (Shop.IsAsking)
    if (auto Sent = Link.sendLookup(Question); !Sent)
      return Sent.error();
  return Wanted;
}

namespace {

jit::AdviceScope adviceScope(const Options &Chosen,
                             const controller::ExecutorFacts &Facts) {
  jit::AdviceScope Scope;
  Scope.Target = Triple(Triple::normalize(Facts.Triple));
  // A launcher may lead to other files, and an emulator has a sysroot.
  Scope.SeesLibraries = Chosen.Launch.Launcher.empty() &&
                        !Chosen.Launch.Forwarded &&
                        Chosen.Target.Emulator.empty();
  Scope.Directories = Chosen.Link.Directories;
  Scope.ProcessSymbols = Chosen.ProcessSymbols;
  return Scope;
}

/// For relocations that ask for the size of \p Name.
Expected<void> noteSize(const std::string &Name,
                        const wire::LookupReply::Symbol &Answer,
                        Workshop &Shop) {
  auto Asked = Shop.Program.Joined.Sizes.find(Name);
  if (Asked == Shop.Program.Joined.Sizes.end() ||
      Answer.Kind == wire::SymbolKind::Missing)
    return {};
  if (Answer.DataSize == 0)
    return Failure{Blame::Input,
                   "an object asks for the size of '" + Name +
                       "', and only of libraries' variables is it known"};
  Shop.Addresses[Asked->second] = ExecutorAddr(Answer.DataSize);
  return {};
}

bool isImported(const Options &Chosen,
                const wire::LookupReply::Symbol &Answer) {
  // Where a thread has its variable is for the dynamic linker to say.
  if (Chosen.AsImage && Answer.Kind == wire::SymbolKind::ThreadLocal)
    return true;
  return Answer.Kind != wire::SymbolKind::Missing && Answer.Address.isNull();
}

jit::ImportedSymbol imported(const wire::LookupReply::Symbol &Answer,
                             const wire::LookupReply &Reply) {
  jit::ImportedSymbol Symbol = {Answer.Kind, Answer.DataSize, "", ""};
  if (Answer.Version != 0) {
    const auto &Version = Reply.Versions[Answer.Version - 1];
    Symbol.Library = Version.Library;
    Symbol.Version = Version.Name;
  }
  return Symbol;
}

void noteNeeded(const wire::LookupReply &Reply, Workshop &Shop) {
  Shop.Needed.assign(Reply.Needed.begin(), Reply.Needed.end());
}

} // namespace

Expected<std::vector<std::string>>
receiveSymbols(const Options &Chosen, Workshop &Shop,
               const jit::Program::Wanted &Wanted, Session &Link) {
  for (const auto &[Name, Addr] : Chosen.AbsoluteSymbols)
    Shop.Addresses[Name] = Addr;
  Shop.Exported = Shop.Early.Exported;
  Shop.Program.Symbols.forEach(
      [&](StringRef Name, const jit::ProgramSymbols::Definition &Found) {
        if (isForAll(Found))
          Shop.Exported.insert(Name);
      });
  std::vector<std::string> Needed;
  if (!Shop.IsAsking)
    return Needed;
  auto Found = Link.receiveLookupReply();
  if (!Found)
    return Found.error();
  for (uint32_t Index : Found->Referenced)
    if (Index < Shop.SpareLeftOut)
      Needed.push_back(Shop.Compiled->LeftOut[Index]);
    else
      Shop.Exported.insert(Shop.Offered[Index - Shop.SpareLeftOut]);
  noteNeeded(*Found, Shop);
  if (!Needed.empty())
    return Needed;
  std::vector<std::string> Missing;
  for (size_t I = 0; I != Wanted.size(); ++I) {
    const auto &[Name, Symbol] = Wanted[I];
    const wire::LookupReply::Symbol &Answer = Found->Symbols[I];
    if (auto Noted = noteSize(Name, Answer, Shop); !Noted)
      return Noted.error();
    if (isImported(Chosen, Answer)) {
      Shop.Imported[Name] = imported(Answer, *Found);
    } else if (!Answer.Address.isNull()) {
      Shop.Addresses[Name] = Answer.Address;
      Shop.Program.Additions.Nearby.found(Name, Answer);
    } else if (!Symbol.IsWeak) {
      Missing.push_back(Name);
    }
  }
  if (Missing.empty())
    return Needed;
  return jit::undefinedSymbols(
      Missing, Shop.Program.Objects, Shop.Compiled->Files,
      adviceScope(Chosen, Link.facts()), Shop.Early.Further);
}

Expected<void> bindWithoutImage(const Options &Chosen, Workshop &Shop,
                                Session &Link) {
  wire::Lookup Question;
  Question.ProcessSymbols = Chosen.ProcessSymbols;
  std::vector<std::string> Names;
  for (const auto &Entry : Shop.Imported)
    Names.push_back(Entry.first().str());
  for (const std::string &Name : Names)
    Question.Symbols.push({/*Weak=*/false, /*WantsSize=*/true, Name});
  if (auto Sent = Link.sendLookup(Question); !Sent)
    return Sent;
  auto Found = Link.receiveLookupReply();
  if (!Found)
    return Found.error();
  jit::LinkerAdditions &Additions = Shop.Program.Additions;
  for (size_t I = 0; I != Names.size(); ++I) {
    const wire::LookupReply::Symbol &Answer = Found->Symbols[I];
    if (Answer.Address.isNull())
      return Failure{Blame::Input, "'" + Names[I] +
                                       "' is in a library that could not be "
                                       "loaded"};
    Shop.Addresses[Names[I]] = Answer.Address;
    Additions.Nearby.found(Names[I], Answer);
    Additions.Variables.found(Names[I], Answer.Address);
  }
  Shop.Imported.clear();
  Shop.Needed.clear();
  Additions.Imported = {};
  return {};
}

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

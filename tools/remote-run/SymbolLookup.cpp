//===- SymbolLookup.cpp - Asking the executor for symbols -----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymbolLookup.h"
#include "Compilation.h"
#include "LookupAnswers.h"
#include "jit/debug/MissingSymbols.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace remoterun {

using controller::Session;

namespace {

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
  if (Answer.Size == 0)
    return Failure{Blame::Input, "an object asks for the size of '" + Name +
                                     "', which is not known"};
  Shop.Addresses[Asked->second] = ExecutorAddr(Answer.Size);
  return {};
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
  if (Shop.Imported.empty() && Shop.Needed.empty())
    return {};
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

} // namespace remoterun

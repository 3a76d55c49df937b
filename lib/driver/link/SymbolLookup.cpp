//===- SymbolLookup.cpp - One lookup for the whole program ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/ProgramLinker.h"
#include "jit/debug/MissingSymbols.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace llvm;

namespace remoterun::driver {

namespace {

/// What plug-ins and dlsym(3) shall find, whoever refers to it by now.
bool isForAll(const jit::Symbol &Found) {
  return isForLibraries(Found) &&
         Found.Exports == jit::SymbolDefinition::Export::Always;
}

} // namespace

/// The program's other definitions that libraries could refer to, and the
/// executor has not been asked about.
std::vector<StringRef> ProgramLinker::unaskedDefinitions() const {
  std::vector<StringRef> Names;
  if (!Settings.Link.AsImage)
    return Names;
  Program.Symbols.forEach([&](StringRef Name, const jit::Symbol &Found) {
    if (isForLibraries(Found) && !isForAll(Found) &&
        Name != Settings.Compile.EntryFunction && !Early.Defined.contains(Name))
      Names.push_back(Name);
  });
  return Names;
}

/// Takes from \p Wanted what the executor has said already.
void ProgramLinker::eraseKnown(jit::Program::Wanted &Wanted) {
  const StringSet<> Direct = directNames();
  erase_if(Wanted, [&](const auto &Entry) {
    const std::string &Name = Entry.first;
    auto Known = Early.Found.find(Name);
    bool IsLoaded = Known != Early.Found.end();
    // The size of some matters, too.
    if (auto Its = Early.Imported.find(Name);
        Its != Early.Imported.end() && !Program.Joined.Sizes.contains(Name) &&
        !(IsLoaded && Direct.contains(Name))) {
      Imported[Name] = Its->second;
      return true;
    }
    if (!IsLoaded || Program.wantsSize(Name))
      return false;
    Addresses[Name] = Known->second;
    return true;
  });
  // No library was loaded since that might have a weak one.
  if (all_of(Wanted, [&](const auto &Entry) {
        return Entry.second.IsWeak &&
               Early.WeakAndMissing.contains(Entry.first);
      }))
    Wanted.clear();
}

wire::Lookup ProgramLinker::question() {
  Asked = {};
  Asked.Wanted = Program.wanted(Settings.Link.AbsoluteSymbols);
  eraseKnown(Asked.Wanted);
  wire::Lookup Lookup;
  Lookup.ProcessSymbols = Settings.Link.ProcessSymbols;
  Lookup.LoadNow = !Settings.Link.AsImage;
  for (const auto &[Name, Symbol] : Asked.Wanted)
    // It may have to be copied.
    Lookup.Symbols.push({Symbol.IsWeak,
                         Settings.Link.AsImage || Program.wantsSize(Name),
                         Name});
  if (!Asked.Wanted.empty() || !Early.NothingIsReferenced)
    for (const std::string &Name : Work.Compiled->LeftOut)
      Lookup.Spare.push(Name);
  Asked.SpareLeftOut = Lookup.Spare.size();
  Asked.Offered = unaskedDefinitions();
  for (StringRef Name : Asked.Offered)
    Lookup.Spare.push(std::string_view(Name));
  // The answer tells which libraries the program has to name, too.
  bool HasLibraries = Settings.Link.AsImage && Needed.empty() &&
                      !(Settings.Link.Libraries.empty() && SpareLoaded.empty());
  Asked.IsSent =
      !Lookup.Symbols.empty() || !Lookup.Spare.empty() || HasLibraries;
  return Lookup;
}

Expected<void> ProgramLinker::askForSymbols() {
  auto IsLinked = [&](const Library &Each) {
    return Program.Symbols.isLinked(Each.File);
  };
  if (auto Loaded = loadSpare(IsLinked); !Loaded)
    return Loaded;
  wire::Lookup Lookup = question();
  return Asked.IsSent ? Link.sendLookup(Lookup) : Expected<void>();
}

namespace {

jit::AdviceScope adviceScope(const LinkSettings &Settings,
                             const controller::ExecutorFacts &Facts) {
  jit::AdviceScope Scope;
  Scope.Target = Triple(Triple::normalize(Facts.Triple));
  Scope.SeesLibraries = Settings.SeesLibraries;
  Scope.Directories = Settings.Directories;
  Scope.ProcessSymbols = Settings.ProcessSymbols;
  return Scope;
}

} // namespace

/// For relocations that ask for the size of \p Name.
Expected<void>
ProgramLinker::noteSize(const std::string &Name,
                        const wire::LookupReply::Symbol &Answer) {
  auto Its = Program.Joined.Sizes.find(Name);
  if (Its == Program.Joined.Sizes.end() ||
      Answer.Kind == wire::SymbolKind::Missing)
    return {};
  if (Answer.Size == 0)
    return Failure{Blame::Input, "an object asks for the size of '" + Name +
                                     "', which is not known"};
  Addresses[Its->second] = ExecutorAddr(Answer.Size);
  return {};
}

void ProgramLinker::noteExports() {
  for (const auto &[Name, Addr] : Settings.Link.AbsoluteSymbols)
    Addresses[Name] = Addr;
  Exported = Early.Exported;
  Program.Symbols.forEach([&](StringRef Name, const jit::Symbol &Found) {
    if (isForAll(Found))
      Exported.insert(Name);
  });
}

Expected<std::vector<std::string>> ProgramLinker::receiveSymbols() {
  noteExports();
  if (!Asked.IsSent) {
    if (mayKeep() && !Early.WasAsked) {
      ToKeep = {};
      ToKeep.add(SpareLoaded, nullptr, nullptr);
      IsAnswerKept = true;
    }
    return std::vector<std::string>();
  }
  auto Found = Link.receiveLookupReply();
  if (!Found)
    return Found.error();
  auto LeftOut = noteAnswer(*Found);
  if (LeftOut && LeftOut->empty())
    noteAnswerToKeep(*Found);
  return LeftOut;
}

Expected<std::vector<std::string>>
ProgramLinker::noteAnswer(const wire::LookupReply &Found) {
  std::vector<std::string> LeftOut;
  for (uint32_t Index : Found.Referenced)
    if (Index < Asked.SpareLeftOut)
      LeftOut.push_back(Work.Compiled->LeftOut[Index]);
    else
      Exported.insert(Asked.Offered[Index - Asked.SpareLeftOut]);
  noteNeeded(Found);
  if (!LeftOut.empty())
    return LeftOut;
  const StringSet<> Direct = directNames();
  std::vector<std::string> Missing;
  for (size_t I = 0; I != Asked.Wanted.size(); ++I) {
    const auto &[Name, Symbol] = Asked.Wanted[I];
    const wire::LookupReply::Symbol &Answer = Found.Symbols[I];
    if (auto Noted = noteSize(Name, Answer); !Noted)
      return Noted.error();
    if (isImported(Answer) || (isImportable(Answer) && !Direct.contains(Name) &&
                               !Program.Joined.Sizes.contains(Name))) {
      Imported[Name] = imported(Answer, Found);
    } else if (!Answer.Address.isNull()) {
      Addresses[Name] = Answer.Address;
      Program.Additions.Nearby.found(Name, Answer);
    } else if (!Symbol.IsWeak) {
      Missing.push_back(Name);
    }
  }
  if (Missing.empty())
    return LeftOut;
  return jit::undefinedSymbols(Missing, Program.Objects, Work.Compiled->Files,
                               adviceScope(Settings.Link, Link.facts()),
                               Early.Further);
}

Expected<void> ProgramLinker::bindWithoutImage() {
  if (Imported.empty() && Needed.empty())
    return {};
  wire::Lookup Lookup;
  Lookup.ProcessSymbols = Settings.Link.ProcessSymbols;
  std::vector<std::string> Names;
  for (const auto &Entry : Imported)
    Names.push_back(Entry.first().str());
  for (const std::string &Name : Names)
    Lookup.Symbols.push({/*Weak=*/false, /*WantsSize=*/true, Name});
  jit::LinkerAdditions &Additions = Program.Additions;
  bool Describes = Additions.Variables.hasDescriptors() &&
                   Settings.Target.Isa->ThreadLocals.OfLibraries ==
                       jit::LibraryAccess::Descriptor;
  if (Describes)
    Lookup.Symbols.push({/*Weak=*/true, /*WantsSize=*/false,
                         std::string_view(jit::ThreadLocals::DescribingName)});
  if (auto Sent = Link.sendLookup(Lookup); !Sent)
    return Sent;
  auto Found = Link.receiveLookupReply();
  if (!Found)
    return Found.error();
  if (Describes)
    Additions.Variables.describeBy(Found->Symbols[Names.size()].Address);
  for (size_t I = 0; I != Names.size(); ++I) {
    const wire::LookupReply::Symbol &Answer = Found->Symbols[I];
    if (Answer.Address.isNull())
      return Failure{Blame::Input, "'" + Names[I] +
                                       "' is in a library that could not be "
                                       "loaded"};
    Addresses[Names[I]] = Answer.Address;
    Additions.Nearby.found(Names[I], Answer);
    Additions.Variables.found(Names[I], Answer.Address);
  }
  Imported.clear();
  Needed = {};
  Additions.Imported = {};
  return {};
}

} // namespace remoterun::driver

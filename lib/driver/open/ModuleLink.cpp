//===- ModuleLink.cpp - From objects to a module of an executor -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/open/ModuleLink.h"
#include "driver/open/ModuleDebugFile.h"
#include "jit/debug/MissingSymbols.h"
#include "jit/link/Program.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::driver {

using controller::OpenSession;
using Outcome = wire::ModuleStarted::Outcome;

namespace {

class Link {
public:
  Link(uint32_t Number, const std::shared_ptr<CompiledModule> &Compiled,
       ModuleScope Scope)
      : Number(Number), Compiled(Compiled), Scope(Scope),
        Target(Triple::normalize(Scope.Session.facts().Triple)) {}

  Expected<PlacedModule> run();

private:
  Expected<void> resolve();
  Expected<void> yieldToKnown(const jit::NativeInputs &Inputs);
  Expected<void> checkUnique() const;
  Expected<void> lookUp();
  Expected<void> noteAnswers(const jit::Program::Wanted &Asked,
                             ArrayRef<OpenSession::Address> Answers);
  Expected<void> place();
  Expected<Outcome> start(jit::LinkedProgram &Linked);
  Failure crashed(const OpenSession::Start &Its) const;
  jit::ImageNames names() const;
  void describe();
  PlacedModule finish();

  uint32_t Number;
  std::shared_ptr<CompiledModule> Compiled;
  ModuleScope Scope;
  const Triple Target;
  jit::SymbolRules Rules; ///< The settings', and what objects yield to.
  jit::Program Program;
  jit::SymbolAddresses Addresses;
  std::optional<jit::RemoteEngine> Engine;
  PlacedModule Result;
  bool AsImage = true;
  std::string WhyNot;
};

/// Whether it is the module that gives others this symbol.
bool isItsOwn(const jit::Symbol &Its) {
  return Its.Exports != jit::SymbolDefinition::Export::Never && !Its.IsAssigned;
}

/// Weak definitions of objects are left to the module that has defined them
/// before, as a linker does; those of IR were when it was compiled.
Expected<void> Link::yieldToKnown(const jit::NativeInputs &Inputs) {
  auto Theirs = Inputs.symbols();
  if (!Theirs)
    return Theirs.error();
  std::vector<std::string> Yielding;
  (*Theirs)->forEach([&](StringRef Name, const jit::Symbol &Its) {
    if (Its.isWeak() && Scope.Find(Name))
      Yielding.push_back(Name.str());
  });
  for (const std::string &Name : Yielding) {
    auto Known = Scope.Refer(Name);
    if (!Known)
      return Known.error();
    if (!*Known)
      continue;
    Rules.Assignments.push_back(
        {Name, /*Symbol=*/"", (*Known)->Address.value()});
    Result.Uses.insert((*Known)->Module);
  }
  return {};
}

Expected<void> Link::resolve() {
  Rules = Scope.Settings.Rules;
  auto Inputs = jit::NativeInputs::open(Compiled->Native, Target, Rules);
  if (!Inputs)
    return Inputs.error();
  if (auto Done = yieldToKnown(*Inputs); !Done)
    return Done.error();
  auto Room = [&](uint64_t, uint64_t) -> Expected<wire::ThreadLocalBlock> {
    return Scope.Session.facts().ThreadLocals;
  };
  auto Resolved = jit::Program::resolve(
      Compiled->Code.Parts, Compiled->Code.Files, std::move(*Inputs),
      {Compiled->Code.RequiredNames, Compiled->Code.Indices}, Rules,
      Scope.Settings.AbsoluteSymbols, Target, Room);
  if (!Resolved)
    return Resolved.error();
  Program = std::move(*Resolved);
  return {};
}

/// Two modules may not define the same name strongly.
Expected<void> Link::checkUnique() const {
  std::string First;
  size_t More = 0;
  Program.Symbols.forEach([&](StringRef Name, const jit::Symbol &Found) {
    const KnownSymbol *Other =
        Found.isWeak() || !isItsOwn(Found) ? nullptr : Scope.Find(Name);
    if (!Other || Other->IsWeak)
      return;
    if (First.empty())
      First = Name.str();
    else
      ++More;
  });
  if (First.empty())
    return {};
  std::string Text = "'" + Compiled->Name + "' defines '" + First + "'";
  if (More != 0)
    Text += " and " + std::to_string(More) + " more symbols";
  return Failure{Blame::Input,
                 Text + ", which another module has defined; replace that "
                        "module, or remove it first"};
}

Expected<void> Link::noteAnswers(const jit::Program::Wanted &Asked,
                                 ArrayRef<OpenSession::Address> Answers) {
  std::vector<std::string> Missing;
  for (size_t I = 0; I != Asked.size(); ++I) {
    const auto &[Name, Symbol] = Asked[I];
    const OpenSession::Address &Answer = Answers[I];
    if (Answer.Value.isNull()) {
      if (!Symbol.IsWeak)
        Missing.push_back(Name);
      continue;
    }
    Addresses[Name] = Answer.Value;
    wire::LookupReply::Symbol Found = {Answer.Kind, Answer.Value, Answer.Size,
                                       Answer.DataAlignment, 0};
    Program.Additions.Nearby.found(Name, Found);
    Program.Additions.Variables.found(Name, Answer.Value);
    if (auto Its = Program.Joined.Sizes.find(Name);
        Its != Program.Joined.Sizes.end())
      Addresses[Its->second] = ExecutorAddr(Answer.Size);
  }
  if (Missing.empty())
    return {};
  jit::AdviceScope Advice;
  Advice.WaysOut = "a module that was added before, the application or one of "
                   "JITSettings::Libraries has to define it";
  Advice.Target = Target;
  Advice.SeesLibraries = Scope.Settings.SeesLibraries;
  Advice.Directories = Scope.Settings.Directories;
  return jit::undefinedSymbols(Missing, Program.Objects, Compiled->Code.Files,
                               Advice, {});
}

Expected<void> Link::lookUp() {
  jit::Program::Wanted Asked;
  wire::Lookup Question;
  Question.ProcessSymbols = Scope.Settings.ProcessSymbols;
  for (auto &[Name, Symbol] : Program.wanted(Scope.Settings.AbsoluteSymbols)) {
    if (Name == "__dso_handle")
      continue; // The module's own: see place().
    auto Known = Scope.Refer(Name);
    if (!Known)
      return Known.error();
    if (*Known) {
      Addresses[Name] = (*Known)->Address;
      Result.Uses.insert((*Known)->Module);
      continue;
    }
    Asked.push_back({Name, Symbol});
  }
  for (const auto &[Name, Symbol] : Asked)
    Question.Symbols.push({Symbol.IsWeak, /*WantsSize=*/true, Name});
  for (const auto &[Name, Address] : Scope.Settings.AbsoluteSymbols)
    Addresses[Name] = Address;
  if (Asked.empty())
    return {};
  auto Answers = Scope.Session.lookup(Question);
  return Answers ? noteAnswers(Asked, *Answers) : Answers.error();
}

Expected<void> Link::place() {
  const controller::ExecutorFacts &Facts = Scope.Session.facts();
  auto Made = jit::RemoteEngine::create(
      jit::machineForLinking(Triple(Compiled->Code.Triple)), Program.Symbols);
  if (!Made)
    return Made.error();
  Engine.emplace(std::move(*Made));
  Engine->load(Program.Joined, [](const std::string &) {});
  uint64_t Needed = 64 * Facts.PageSize;
  for (const jit::WorkingSection &Section : Engine->memory().sections())
    Needed += Section.Needs.Size + Section.Needs.Alignment;
  ExecutorRange Free = Scope.Room.find(Needed);
  if (Free.Size == 0)
    return Failure{Blame::Executor,
                   "the executor has no room for a module of " +
                       std::to_string(Needed) + " bytes; remove others"};
  // Every module has its own, by which its destructors are known.
  Addresses["__dso_handle"] = Free.Start;
  if (AsImage) {
    StringSet<> Exported;
    Program.Symbols.forEach([&](StringRef Name, const jit::Symbol &Found) {
      if (isItsOwn(Found) && !Found.isThreadLocal())
        Exported.insert(Name);
    });
    Program.addImage(Exported, {}, {}, jit::isaOf(Target), Facts,
                     /*IsExecutable=*/false);
  }
  if (auto Placed =
          Engine->place(Free, Facts.PageSize, std::move(Program.Additions));
      !Placed)
    return Placed;
  if (auto Related = Engine->relocate(Addresses, Program.Objects); !Related)
    return Related;
  Result.Place = {Free.Start, Engine->end() - Free.Start};
  return {};
}

jit::ImageNames Link::names() const {
  jit::ImageNames Names;
  constexpr size_t LongestName = 249; // memfd_create(2)
  Names.Path =
      Result.ForDebuggers ? Result.ForDebuggers->path() : Compiled->Name;
  Names.Memory = sys::path::filename(Compiled->Name).substr(0, LongestName);
  if (Names.Memory.empty())
    Names.Memory = "module";
  return Names;
}

Expected<Outcome> Link::start(jit::LinkedProgram &Linked) {
  wire::AddModule Module;
  Module.Module = Number;
  Module.Segments.append(Linked.Segments.data(), Linked.Segments.size());
  const jit::ImageNames Names = names();
  if (Linked.IsImage) {
    Module.ImageName = Names.Memory;
    Module.ImagePath = Names.Path;
  }
  wire::StartModule Request;
  Request.Module = Number;
  Request.UnwindTables = std::move(Linked.UnwindTables);
  Request.Ifuncs = std::move(Linked.Start.Ifuncs);
  Request.LibraryThreadLocals = std::move(Linked.Start.LibraryThreadLocals);
  Request.Initializers = std::move(Linked.Start.Initializers);
  Request.Finalizers = std::move(Linked.Start.Finalizers);
  Request.DsoHandle = Result.Place.Start;
  std::vector<OpenSession::Piece> Pieces;
  for (const jit::ShippedPiece &Piece : Linked.Pieces)
    Pieces.push_back({Piece.Start, Piece.Parts});
  auto Started = Scope.Session.add(Module, Pieces, Request);
  if (!Started)
    return Started.error();
  WhyNot = Started->Reason;
  if (Started->State == Outcome::Crashed)
    return crashed(*Started);
  return Started->State;
}

Failure Link::crashed(const OpenSession::Start &Its) const {
  return {.Whose = Blame::Guest,
          .Message = "'" + Compiled->Name + "': " + Its.Reason,
          .Ending = CallEnd::Crash};
}

/// Where a part can be read when it is to be described: one that was in the
/// cache is here without its debug information.
static jit::ObjectSource
sourceOf(const std::shared_ptr<CompiledModule> &Compiled, size_t Number) {
  auto Here = jit::ObjectSource::inMemory(
      {Compiled, Compiled->Code.Parts[Number].bytes()});
  const jit::ObjectSource &Its = Compiled->WithDebugInfo[Number];
  if (Its.isNothing())
    return Here;
  return jit::ObjectSource::readBy(
      [Here, Its]() -> std::optional<jit::ObjectBytes> {
        jit::ObjectSource::Contents Found = Its.read();
        // It may have been removed since.
        if (Found.Bytes.empty())
          Found = Here.read();
        return jit::ObjectBytes(Found.Bytes.begin(), Found.Bytes.end());
      });
}

void Link::describe() {
  std::vector<jit::ProgramRecord::Object> Objects;
  size_t Parts = 0;
  for (jit::ProgramObject &From : Program.Objects) {
    jit::ObjectSource Source = std::move(From.Source);
    if (From.IsCompiled)
      Source = sourceOf(Compiled, Parts++);
    Objects.push_back({From.Name, From.IsCompiledIR, std::move(Source)});
  }
  Result.Record = std::make_unique<jit::ProgramRecord>(
      Engine->places(), Compiled->Code.Files, std::move(Objects));
  // Where there can be no such file, the module is called by its name.
  if (Scope.ForDebuggers)
    Result.ForDebuggers = openModuleDebugFile(*Result.Record, Result.Place);
}

PlacedModule Link::finish() {
  Program.Symbols.forEach([&](StringRef Name, const jit::Symbol &Found) {
    if (!isItsOwn(Found) || Found.isThreadLocal())
      return;
    ExecutorAddr Address = Engine->addressOf(Name);
    if (!Address.isNull())
      Result.Symbols.push_back(
          {Name.str(), Address, Found.isWeak(),
           Found.isIfunc() ? Engine->slotOf(Name) : ExecutorAddr()});
  });
  return std::move(Result);
}

Expected<PlacedModule> Link::run() {
  // Where its place turns out to be taken, another is tried, and then one
  // without the dynamic linker.
  constexpr unsigned MostTries = 4;
  for (unsigned Try = 0; Try != MostTries; ++Try) {
    Addresses.clear();
    Result = {};
    if (auto Done = resolve(); !Done)
      return Done.error();
    if (auto Done = checkUnique(); !Done)
      return Done.error();
    if (auto Done = lookUp(); !Done)
      return Done.error();
    if (auto Done = place(); !Done)
      return Done.error();
    jit::LinkedProgram Linked = Engine->linked();
    describe();
    auto Started = start(Linked);
    if (!Started)
      return Started.error();
    if (*Started == Outcome::Started) {
      Scope.Room.take(Result.Place);
      return finish();
    }
    AsImage = *Started == Outcome::Elsewhere && Try + 2 != MostTries;
    // What lies there is nobody's whom we know.
    if (*Started == Outcome::Elsewhere)
      Scope.Room.take(Result.Place);
  }
  return Failure{Blame::Executor,
                 "'" + Compiled->Name + "' cannot be mapped: " + WhyNot};
}

} // namespace

Expected<PlacedModule>
linkModule(uint32_t Number, const std::shared_ptr<CompiledModule> &Compiled,
           ModuleScope Scope) {
  return Link(Number, Compiled, Scope).run();
}

} // namespace remoterun::driver

//===- ProgramLinker.cpp - From objects to a program for one executor -----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/ProgramLinker.h"
#include "driver/compile/CodeGeneration.h"
#include "driver/compile/NativeFiles.h"
#include "driver/compile/ProgramCache.h"
#include "driver/compile/Saving.h"
#include "driver/compile/TargetCheck.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

ProgramLinker::ProgramLinker(Compilation &Work, controller::Session &Link)
    : Settings(Work.Settings), Work(Work), Link(Link) {}

/// Starts the executor anew where it has too little. What it has said of
/// symbols holds no more then.
Expected<wire::ThreadLocalBlock>
ProgramLinker::roomForThreadLocals(uint64_t Size, uint64_t Alignment) {
  const wire::ThreadLocalBlock &Block = Link.facts().ThreadLocals;
  bool IsEnough = Size <= Block.Size && Alignment <= Block.Alignment;
  if (IsEnough || Size > Block.Most || Alignment > Block.StrictestAlignment)
    return Block;
  if (auto Started = Link.restart(static_cast<uint32_t>(Size),
                                  static_cast<uint32_t>(Alignment));
      !Started)
    return Started.error();
  HasRestarted = true;
  Early = {};
  Early.WasAsked = true;
  Needed = {};
  SpareLoaded.clear();
  if (auto Shared = shareAgain(); !Shared)
    return Shared.error();
  if (auto Loaded = loadLibraries(Settings.Link, Link); !Loaded)
    return Loaded.error();
  return Link.facts().ThreadLocals;
}

/// Compiles the IR, unless the cache had the program, and joins it with the
/// native inputs.
Expected<void> ProgramLinker::compileAndJoin() {
  const controller::ExecutorFacts &Facts = Link.facts();
  const Triple Target(Triple::normalize(Facts.Triple));
  auto Inputs = loadNativeInputs(Work, Target);
  if (!Inputs)
    return Inputs.error();
  if (!Work.Compiled)
    if (auto Done = askBeforeCompiling(*Inputs); !Done)
      return Done;
  if (!Work.Compiled) {
    if (auto Shared = shareForLate(); !Shared)
      return Shared;
    // Nobody reads them later.
    if (Work.Loaded.Unread && !Work.LateRoom)
      if (auto Loaded = loadWhole(Work); !Loaded)
        return Loaded;
    auto Compiled = compileIR(Work, *Inputs, Facts);
    Work.Watching.hasCompiled();
    if (!Compiled)
      return Compiled.error();
    Work.Compiled = std::move(*Compiled);
    std::vector<std::string> &Warnings = Work.Compiled->Warnings;
    Warnings.insert(Warnings.begin(), Work.Report.WarningsOfPasses.begin(),
                    Work.Report.WarningsOfPasses.end());
  }
  if (auto Saved = saveObjects(Settings.Compile.Saving, *Work.Compiled); !Saved)
    return Saved;
  std::vector<std::string> Required = Work.Compiled->RequiredNames;
  append_range(Required, Settings.Link.Wanted);
  auto Room = [&](uint64_t Size, uint64_t Alignment) {
    return roomForThreadLocals(Size, Alignment);
  };
  auto Resolved = jit::Program::resolve(
      Work.Compiled->Parts, Work.Compiled->Files, std::move(*Inputs),
      {std::move(Required), Work.Compiled->Indices}, Settings.Link.Rules,
      Settings.Link.AbsoluteSymbols, Target, Room);
  if (!Resolved)
    return Resolved.error();
  Program = std::move(*Resolved);
  return {};
}

namespace {

/// Adds \p Names to those that are \p Wanted already. One of them again would
/// have been left out in spite of that, and would be for ever.
Expected<void> want(const std::vector<std::string> &Names,
                    std::vector<std::string> &Wanted) {
  for (const std::string &Name : Names)
    if (is_contained(Wanted, Name))
      return Failure{Blame::Internal, "'" + Name +
                                          "' is missing from a program that "
                                          "was compiled again to have it"};
  append_range(Wanted, Names);
  return {};
}

} // namespace

Failure ProgramLinker::noEntry() const {
  const jit::InputFile &Main = Work.Read.Inputs.front();
  // To LLVM it is a module like another, and something else may have the entry.
  if (Main.Contents && Main.Contents->getBufferSize() == 0)
    return {Blame::Input, "'" + Main.Name +
                              "' is not LLVM IR: it is empty; has the command "
                              "failed that should write it?"};
  return {Blame::Input, "no function '" + Settings.Compile.EntryFunction +
                            "' in '" + Work.Compiled->Files.mainFile() +
                            "'; name another with --entry-function"};
}

/// For the joined program; what there was before is gone.
Expected<void> ProgramLinker::makeEngine() {
  auto Made = jit::RemoteEngine::create(
      jit::machineForLinking(Triple(Work.Compiled->Triple)), Program.Symbols);
  if (!Made)
    return Made.error();
  Engine.emplace(std::move(*Made));
  return {};
}

Expected<void> ProgramLinker::compile() {
  const controller::ExecutorFacts &Facts = Link.facts();
  if (Work.Compiled &&
      Work.Compiled->ThreadLocals != Facts.ThreadLocals.atMost()) {
    // Kept when another executor had the program.
    Work.Compiled.reset();
    if (auto Loaded = loadIR(Work); !Loaded)
      return Loaded;
  }
  if (Work.Compiled)
    if (auto Resumed = resumeLate(); !Resumed)
      return Resumed;
  // What does not fit the executor is said before it is compiled, too.
  if (Work.Compiled)
    if (auto Fits = checkTarget(Triple(Work.Compiled->Triple),
                                Work.Compiled->NeedsLowAddresses, Facts);
        !Fits)
      return Fits;
  IsFromCache = Work.Compiled.has_value();
  if (mayKeep()) {
    KeyOfLink = keyOfLink();
    Kept = KeptLink::load(*KeyOfLink, *Work.Cache);
    if (Kept && (Late != nullptr) != (Kept->lateTables() != nullptr))
      Kept.reset();
  }
  return Kept ? Expected<void>() : compileAll();
}

/// Until nothing is missing that was left out.
Expected<void> ProgramLinker::compileAll() {
  if (Work.Compiled && !jit::loadRest(*Work.Compiled, *Work.Cache)) {
    IsFromCache = false;
    CompiledBefore.clear();
    Work.Compiled.reset();
    if (auto Loaded = loadIR(Work); !Loaded)
      return Loaded;
  }
  for (bool IsNew = !Work.Compiled;;) {
    if (auto Done = compileAndJoin(); !Done)
      return Done;
    std::vector<std::string> Names = Program.neededOf(Work.Loaded.IR.LeftOut);
    if (Names.empty()) {
      if (IsNew)
        driver::keep(Work);
      break;
    }
    if (auto IsNews = want(Names, Work.Wanted.ByCode); !IsNews)
      return IsNews;
    Work.Compiled.reset();
    if (auto Loaded = loadIR(Work); !Loaded)
      return Loaded;
  }
  if (!Program.Symbols.find(Settings.Compile.EntryFunction))
    return noEntry();
  return makeEngine();
}

/// Does it all again, this time with \p Names, which libraries refer to.
Expected<void>
ProgramLinker::compileAgainWith(const std::vector<std::string> &Names) {
  if (auto IsNews = want(Names, Work.Wanted.ByLibraries); !IsNews)
    return IsNews;
  Engine.reset();
  Addresses.clear();
  HasCompiledAgain = true;
  Work.Compiled.reset();
  Work.Loaded.clear();
  keepWanted(Work);
  if (auto Found = findProgram(Work); !Found)
    return Found;
  return compile();
}

Expected<void> ProgramLinker::place(ExecutorRange Slab) {
  if (auto Placed = Engine->place(Slab, Link.facts().PageSize,
                                  std::move(Program.Additions));
      !Placed)
    return Placed;
  return Engine->relocate(Addresses, Program.Objects);
}

Expected<void> ProgramLinker::link() {
  if (Kept) {
    auto Taken = takeKept();
    if (!Taken || *Taken)
      return Taken ? Expected<void>() : Taken.error();
    Kept.reset();
    if (auto Done = compileAll(); !Done)
      return Done;
  }
  return linkAll();
}

void ProgramLinker::addImage() {
  StringSet<> OfLate;
  if (const jit::LatePlan *Plan = Late ? Work.Late->plan()->All.get() : nullptr)
    for (const jit::PlannedFunction &Each : Plan->Functions)
      OfLate.insert(Each.symbol());
  if (Settings.Link.AsImage)
    Program.addImage(Exported, Imported, Needed,
                     jit::isaOf(Triple(Work.Compiled->Triple)), Link.facts(),
                     /*IsExecutable=*/true, OfLate);
  if (Late)
    Program.Additions.Late = Late->windows();
}

Expected<void> ProgramLinker::linkAll() {
  for (;;) {
    if (auto Sent = askForSymbols(); !Sent)
      return Sent;
    Engine->load(Program.Joined, [&](const std::string &Name) {
      Work.Watching.begins("loading '" + Name + "'");
    });
    Work.Watching.begins("linking '" + Work.Compiled->Files.mainFile() + "'");
    auto LeftOut = receiveSymbols();
    if (!LeftOut)
      return LeftOut.error();
    if (LeftOut->empty())
      break;
    // Rare: the program defines what it does not use and libraries do.
    if (auto Done = compileAgainWith(*LeftOut); !Done)
      return Done;
  }
  addImage();
  if (auto Placed = place(Link.facts().Slab); !Placed)
    return Placed;
  const std::string &MapFile = Settings.Compile.Saving.MapFile;
  return MapFile.empty()
             ? Expected<void>()
             : saveFile("--map", MapFile,
                        Engine->map(Program.Objects, Work.Compiled->Files));
}

Expected<void> ProgramLinker::linkAgain(const controller::OtherPlace &Place) {
  if (wasLinkedBefore())
    if (auto Done = relink(); !Done)
      return Done;
  IsAnswerKept = false;
  Linked.reset();
  Program.Additions = Engine->takeAdditions();
  if (!Place.TakesImages) {
    Program.Additions.Image.reset();
    if (auto Bound = bindWithoutImage(); !Bound)
      return Bound;
  }
  WhyNoImage = Place.TakesImages ? "" : Place.Reason;
  Record.reset();
  if (auto Made = makeEngine(); !Made)
    return Made;
  if (auto Opened = Program.Joined.reopen(); !Opened)
    return Opened;
  Engine->load(Program.Joined, [](const std::string &) {});
  return place(Place.Slab);
}

ExecutorAddr ProgramLinker::entry() const {
  const std::string &Name = Settings.Compile.EntryFunction;
  auto Redirected = Addresses.find(Name);
  return Redirected != Addresses.end() ? Redirected->second
                                       : Engine->addressOf(Name);
}

bool ProgramLinker::exports(StringRef Name) const {
  return Settings.Link.AsImage ? Exported.contains(Name)
                               : Name != Settings.Compile.EntryFunction;
}

jit::LinkedProgram &ProgramLinker::linked() {
  if (Linked)
    return *Linked;
  Linked.emplace(Engine->linked());
  Linked->Replacements =
      Engine->replacements([&](StringRef Name) { return exports(Name); });
  Linked->Start.Entry = entry();
  Linked->Start.EntryReturnsVoid = Work.Compiled->EntryReturnsVoid;
  if (IsAnswerKept)
    ToKeep.add(*Linked, counts(), hasDebugInfo(), DebugPath);
  return *Linked;
}

bool ProgramLinker::hasDebugInfo() const {
  return Kept ? Kept->hasDebugInfo()
              : any_of(Program.Objects, [](const jit::ProgramObject &Object) {
                  return Object.HasDebugInfo;
                });
}

void ProgramLinker::describe(SmallVector<char, 0> Image, std::string Path) {
  // The whole of it is for a debugger that is there in this run.
  IsAnswerKept &= !Path.empty();
  DebugPath = std::move(Path);
  Engine->describe(std::move(Image));
}

bool ProgramLinker::describeAgain(StringRef Path) {
  return Kept && Kept->setDebugPath(Path);
}

ExecutorAddr ProgramLinker::debugPlace() const {
  return Engine ? Engine->end() : Kept->debugPlace();
}

LinkCounts ProgramLinker::counts() const {
  if (!Engine)
    return Kept->counts();
  return {Program.Objects.size(), Engine->sectionCount()};
}

size_t ProgramLinker::lookedUp() const {
  if (Kept)
    return Kept->question().Symbols.size();
  return Asked.Wanted.size() + Early.FoundCount;
}

jit::ProgramRecord &ProgramLinker::record() {
  std::lock_guard Lock(RecordGuard);
  if (Record)
    return *Record;
  if (!wasLinkedBefore())
    return Record.emplace(*Engine, Program, *Work.Compiled);
  if (relink()) {
    Record.emplace(*Engine, Program, *Work.Compiled);
    letGoLink();
    return *Record;
  }
  jit::SourceFiles Files;
  Files.Names = Work.Compiled->Files.Names;
  const jit::Isa &Target = jit::isaOf(Triple(Work.Compiled->Triple));
  // Which code is the program's can be told, and no more.
  std::vector<jit::PlacedSection> Code;
  for (const wire::Reserve::Segment &Segment : SegmentsOfKept)
    if (Segment.Final == wire::Protection::ReadExecute)
      Code.push_back({Segment.Range, {}, jit::SectionKind::Code});
  return Record.emplace(
      jit::ProgramMap(Target, std::move(Code), SegmentsOfKept.span(), {}, {}),
      std::move(Files));
}

void ProgramLinker::letGo() {
  // What it takes to link it once more, if somebody asks what it is, stays.
  if (wasLinkedBefore()) {
    Linked.reset();
    Kept.reset();
    Work.Read.Inputs.clear();
    return;
  }
  record().makeSmall();
  letGoLink();
  Work.letGo();
}

void ProgramLinker::letGoLink() {
  // They refer to the rest.
  Linked.reset();
  ToKeep = {};
  TablesToKeep.reset();
  Engine.reset();
  Addresses.clear();
  Early = {};
  Program = jit::Program();
}

} // namespace remoterun::driver

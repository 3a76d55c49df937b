//===- LateMemory.cpp - Room for functions that come later ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateDivision.h"
#include "driver/compile/ProgramCache.h"
#include "driver/link/ProgramLinker.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

/// If it is worth while, gets memory for functions that are compiled when they
/// are called.
Expected<void> ProgramLinker::shareForLate() {
  const jit::Isa *Target = Work.isa();
  if (Early.IsForReferrers || !mayBeLate(Settings) || !Target)
    return {};
  if (!Target->Late) {
    if (Settings.Compile.LeastLazy == 0)
      WhyNotLate = "all code for " + Target->RuntimeName.str() +
                   " is compiled before it runs";
    return {};
  }
  if (Settings.IsDebugged && !Target->Late->DebuggedAssembly) {
    WhyNotLate = "code for " + Target->RuntimeName.str() +
                 " that is debugged is all compiled before it runs";
    return {};
  }
  jit::LateExtent Extent;
  for (jit::Unit &Unit : Work.Loaded.IR.Units) {
    auto Instructions = jit::divisibleInstructions(*Unit.IR);
    Unit.MayDivide = Instructions.has_value();
    if (!Instructions)
      continue;
    Extent.Functions += Unit.IR->size();
    Extent.Instructions += *Instructions;
    if (Work.Loaded.Unread)
      Extent.Instructions += Work.Loaded.Unread->instructionCount();
  }
  Work.Instructions = Extent.Instructions;
  // The executor has given it already; once is all.
  if (Late) {
    if (Work.LateRoom->contains(Extent))
      return {};
    WhyNotLate = "what libraries refer to has made the program larger";
    dropLate();
  }
  Work.LateRoom.reset();
  if (!WhyNotLate.empty())
    return {};
  if (Extent.Instructions <= Settings.Compile.LeastLazy ||
      !isWorthTheWay(Extent.Instructions))
    return {};
  return shareMemory(Extent);
}

/// A program that is elsewhere waits for what nobody has foreseen as long as
/// the way there and back takes, now and then. Whoever asks for it gets it.
bool ProgramLinker::isWorthTheWay(size_t Instructions) {
  constexpr unsigned Waits = 20;
  constexpr std::chrono::microseconds OfInstruction(10);
  auto Trip = Link.roundTrip();
  if (!Link.isForwarded() || Settings.Compile.LeastLazy == 0 || !Trip ||
      Instructions * OfInstruction > Waits * *Trip)
    return true;
  WhyNotLate = "compiling all takes no longer than the way to the executor and "
               "back, " +
               std::to_string(Waits) + " times (" +
               std::to_string(Trip->count() / 1000) + " ms)";
  return false;
}

Expected<void> ProgramLinker::shareMemory(jit::LateExtent Extent) {
  const uint64_t PageSize = Link.facts().PageSize;
  jit::LateWindows Windows(Extent, PageSize, Settings.IsDebugged);
  if (Windows.fileSize() > Link.facts().Slab.Size / 4) {
    WhyNotLate = "there is little room for the program";
    return {};
  }
  auto Shared = Link.share("late code", Windows.fileSize(),
                           static_cast<uint32_t>(Extent.Functions));
  if (!Shared)
    return Shared.error();
  WhyNotLate = Shared->WhyNot;
  if (!WhyNotLate.empty())
    return {};
  Work.LateRoom = Extent;
  // Far away, nobody hears which loops run; and a debugger shall see one body
  // of a function.
  Work.ReplacesLoops = Shared->Memory->isShared() && !Settings.IsDebugged;
  Late = std::make_unique<LateLink>(std::move(Shared->Memory), Windows,
                                    Settings.IsDebugged ? PageSize : 0);
  return {};
}

/// What was begun is of no use.
void ProgramLinker::dropLate() {
  Late.reset();
  Work.Late.reset();
}

/// Of a program that was found in the cache: takes what earlier runs have
/// compiled, or reads its IR.
Expected<void> ProgramLinker::resumeLate() {
  if (!Work.Compiled->Late) {
    dropLate();
    return {};
  }
  auto Taken = takeLate();
  if (!Taken)
    return Taken.error();
  if (*Taken)
    return {};
  Work.Compiled.reset();
  return loadIR(Work);
}

/// False where it is not there, or no use to this executor.
Expected<bool> ProgramLinker::takeLate() {
  const std::shared_ptr<const jit::PlanOnDemand> &Plan = Work.Compiled->Late;
  const jit::Isa &Target = jit::isaOf(Triple(Work.Compiled->Triple));
  auto Compiled = Work.ForLate->compiled(*Work.Cache, Plan->Functions);
  if (!Compiled || !Target.Late)
    return false;
  auto Source = KeptFunctions::open(*Work.ForLate, Plan->Functions, *Compiled,
                                    Settings.Compile.CodeGen, *Work.Cache);
  if (!Source || !WhyNotLate.empty())
    return false;
  if (Late && !Work.LateRoom->isSame(Plan->Extent))
    return false;
  if (!Late)
    if (auto Shared = shareMemory(Plan->Extent); !Shared)
      return Shared.error();
  if (!Late)
    return false;
  Work.Late = std::make_unique<LateWorkers>(
      Plan, std::move(Source), Settings.Compile.Jobs,
      [&Watching = Work.Watching] { Watching.beginsThread(); });
  Work.Late->keepFinished();
  if (Work.ReplacesLoops)
    Work.Late->replaceLoops();
  if (Settings.IsDebugged)
    Work.Late->compileOnlyCalled();
  Work.Late->resume(*Compiled);
  CompiledBefore = std::move(*Compiled);
  return true;
}

Expected<void> ProgramLinker::prepareLate() {
  if (!Late)
    return {};
  const jit::Isa &Target = jit::isaOf(Triple(Work.Compiled->Triple));
  const std::shared_ptr<const jit::PlanOnDemand> &Plan = Work.Late->plan();
  // Who links has read it.
  auto Tables = Engine ? LateTables::of(*Engine, Addresses, *Plan->All.get(),
                                        *Target.Late)
                       : *Kept->lateTables();
  if (Engine && IsAnswerKept)
    TablesToKeep = Tables;
  KeyOfLate.reset();
  if (Work.ForLate && (IsTaken || IsAnswerKept))
    KeyOfLate = keyOfLate(Tables);
  // In another place, the code would be another.
  if (!KeyOfLate)
    LateBefore.reset();
  else if (!IsTaken)
    readKeptLate(Tables);
  const KeptLate *Before = LateBefore ? &*LateBefore : nullptr;
  if (auto Prepared = Late->prepare(Tables, Plan, Target, Before); !Prepared)
    return Prepared;
  provideKept(Before);
  LateBefore.reset();
  controller::FarMemory *Far = Link.farMemory();
  if (!Far)
    return {};
  constexpr std::chrono::milliseconds Long(10);
  if (Link.roundTrip() >= Long)
    Work.Late->expectLongWaits();
  Late->placeEarly(*Work.Late);
  return Link.place(*Far);
}

jit::CacheKey ProgramLinker::keyOfLate(const LateTables &Tables) const {
  return Work.ForLate->keyBeside("late code " + Tables.Identity);
}

/// Reads the code that came while earlier runs ran into its place, where nobody
/// looks at it before prepareLate().
void ProgramLinker::readKeptLate(const LateTables &Tables) {
  LateBefore.reset();
  if (!Work.ForLate || CompiledBefore.empty())
    return;
  LateBefore = KeptLate::find(keyOfLate(Tables), *Work.Cache,
                              Work.Late->plan()->Functions);
  if (LateBefore && !Late->fill(*LateBefore))
    LateBefore.reset();
}

/// Has linked what earlier runs have compiled and \p Before does not have.
void ProgramLinker::provideKept(const KeptLate *Before) {
  if (CompiledBefore.empty())
    return;
  enum State : uint8_t { Missing, Fast, Final };
  auto StateOf = [](const LateQueue::Task &Its) {
    return Its.IsFast ? Fast : Final;
  };
  std::vector<State> There(Work.Late->plan()->Functions);
  if (Before)
    for (const LinkedLate::Body &Each : Before->bodies())
      There[Each.Of.Function] = StateOf(Each.Of);
  auto IsWanted = [&](const LateQueue::Task &Its) {
    return StateOf(Its) > There[Its.Function];
  };
  if (none_of(CompiledBefore, IsWanted))
    return;
  auto Objects = Work.ForLate->objects(*Work.Cache, There.size(), IsWanted);
  for (const LateObject &Each : Objects)
    There[Each.Of.Function] = StateOf(Each.Of);
  // What the file does not have any more is compiled again, if it is called.
  if (any_of(CompiledBefore, IsWanted)) {
    std::vector<LateQueue::Task> Left;
    for (LateQueue::Task Each : CompiledBefore)
      if (There[Each.Function] != Missing) {
        Each.IsFast = There[Each.Function] == Fast;
        Left.push_back(Each);
      }
    Work.Late->resume(Left);
  }
  Work.Late->provide(std::move(Objects));
}

void ProgramLinker::beginLate() {
  if (!Late)
    return;
  // What is compiled is held until it is kept.
  auto WhenComplete = [this] {
    if (Work.ForLate)
      Work.ForLate->keep(*Work.Late, *Work.Cache);
  };
  if (controller::FarMemory *Far = Link.farMemory())
    Far->serveCallers([Workers = Work.Late.get()] {
      Workers->completeAll();
      return Workers->isDone();
    });
  Late->begin(*Work.Late, WhenComplete);
}

Expected<void> ProgramLinker::serveLateFromHelper(pid_t Guest) {
  if (!Late ||
      Late->serveFromHelper(
          *Work.Late, Guest, [this] { beginLate(); }, [this] { keepLate(); }))
    return {};
  return Failure{Blame::Internal,
                 "cannot start the process that compiles functions while the "
                 "program is debugged; compile all of it before it starts, "
                 "with --lazy=off"};
}

std::vector<jit::LateFunction> ProgramLinker::lateFunctions() {
  if (!Late)
    return {};
  auto Kept = [this](uint32_t Number) {
    return Work.ForLate ? Work.ForLate->object(Number) : jit::ObjectSource();
  };
  return Late->functions(Kept);
}

void ProgramLinker::keepLate() {
  if (!Late || !Work.ForLate)
    return;
  driver::keepLate(Work);
  if (KeyOfLate && Late->hasGrown())
    Late->linked().store(*KeyOfLate, *Work.Cache);
}

/// For an executor that was started anew.
Expected<void> ProgramLinker::shareAgain() {
  if (!Late)
    return {};
  Late.reset();
  if (auto Shared = shareMemory(*Work.LateRoom); !Shared)
    return Shared;
  if (!Late)
    return Failure{Blame::Executor,
                   "an executor that was started again has no memory for "
                   "functions that are compiled later: " +
                       WhyNotLate +
                       "; compile all of it before it starts, "
                       "with --lazy=off"};
  return {};
}

} // namespace remoterun::driver

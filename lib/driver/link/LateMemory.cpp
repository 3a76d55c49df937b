//===- LateMemory.cpp - Room for functions that come later ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/LateDivision.h"
#include "driver/link/ProgramLinker.h"

using namespace llvm;

namespace remoterun::driver {

/// If it is worth while, gets memory for functions that are compiled when they
/// are called.
Expected<void> ProgramLinker::shareForLate() {
  // The executor has given it already.
  if (Late)
    return {};
  Work.LateRoom.reset();
  // What names no target is for this machine.
  const Triple Named = Work.triple();
  const jit::Isa *Target = Named.str().empty() ? &TargetChoice::host()
                                               : jit::findIsa(Named.getArch());
  if (Early.IsForReferrers || !mayBeLate(Settings) || !Target || !Target->Late)
    return {};
  jit::LateExtent Extent;
  for (const jit::Unit &Unit : Work.Loaded.IR.Units)
    if (jit::mayDivide(*Unit.IR)) {
      Extent.Functions += Unit.IR->size();
      Extent.Instructions += Unit.IR->getInstructionCount();
    }
  if (Extent.Instructions <= Settings.Compile.LeastLazy)
    return {};
  return shareMemory(Extent);
}

Expected<void> ProgramLinker::shareMemory(jit::LateExtent Extent) {
  jit::LateWindows Windows(Extent, Link.facts().PageSize);
  if (Windows.fileSize() > Link.facts().Slab.Size / 4) {
    WhyNotLate = "there is little room for the program";
    return {};
  }
  auto Shared = Link.share("late code", Windows.fileSize());
  if (!Shared)
    return Shared.error();
  WhyNotLate = Shared->WhyNot;
  if (!WhyNotLate.empty())
    return {};
  Work.LateRoom = Extent;
  Late = std::make_unique<LateLink>(std::move(Shared->Memory), Windows);
  return {};
}

/// What an earlier run has compiled of a program that was found in the cache.
/// False where it cannot be had.
Expected<bool> ProgramLinker::resumeLate() {
  const std::shared_ptr<const jit::LatePlan> &Plan = Work.Compiled->Late;
  std::vector<LateObject> Objects =
      Work.ForLate->objects(*Work.Cache, Plan->Functions.size());
  auto Source = KeptFunctions::open(*Work.ForLate, *Plan, Objects,
                                    Settings.Compile.CodeGen, *Work.Cache);
  const jit::Isa *Target =
      jit::findIsa(Triple(Work.Compiled->Triple).getArch());
  if (!Source || !Target->Late)
    return false;
  if (auto Shared = shareMemory(Plan->Extent); !Shared)
    return Shared.error();
  if (!Late)
    return false;
  Work.Late = std::make_unique<LateWorkers>(
      Plan, std::move(Source), Settings.Compile.Jobs,
      [&Watching = Work.Watching] { Watching.beginsThread(); });
  Work.Late->keepFinished();
  Work.Late->resume(std::move(Objects));
  return true;
}

LateLink *ProgramLinker::prepareLate() {
  if (!Late || (Engine && !Engine->lateWindows()))
    return nullptr;
  const jit::Isa &Target = jit::isaOf(Triple(Work.Compiled->Triple));
  const jit::LatePlan &Plan = Work.Late->plan();
  if (!Engine) {
    Late->prepare(*Kept->lateTables(), Plan, Target);
    return Late.get();
  }
  auto Tables = LateTables::of(*Engine, Addresses, Plan, *Target.Late);
  if (IsAnswerKept)
    TablesToKeep = Tables;
  Late->prepare(std::move(Tables), Plan, Target);
  return Late.get();
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

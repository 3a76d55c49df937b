//===- LateMemory.cpp - Room for functions that come later ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/ProgramLinker.h"

using namespace llvm;

namespace remoterun::driver {

/// Where something looks at the program, or at its code, before it runs, all of
/// it has to be there. A sanitizer's runtime reads the names of functions from
/// the program's file.
static bool looksAtAll(const ProgramSettings &Settings) {
  const CompileSettings &Compile = Settings.Compile;
  return Settings.NeedsLink || Compile.CompilesAnew || Compile.UseObjectCache ||
         !Compile.Saving.MapFile.empty() || Compile.Saving.ObjectFolder ||
         !Compile.Saving.AssemblyFile.empty() ||
         !Settings.Link.Preloaded.empty();
}

/// If it is worth while, gets memory for functions that are compiled when they
/// are called.
Expected<void> ProgramLinker::shareForLate() {
  Work.MayBeLate = false;
  const CompileSettings &Compile = Settings.Compile;
  // What names no target is for this machine.
  const Triple Named = Work.triple();
  const jit::Isa *Target = Named.str().empty() ? &TargetChoice::host()
                                               : jit::findIsa(Named.getArch());
  if (!Compile.IsLazy || !Settings.Link.AsImage || Work.Cache || !Target ||
      !Target->Late || looksAtAll(Settings) || Early.IsForReferrers)
    return {};
  // The executor has given it already.
  if (Late) {
    Work.MayBeLate = true;
    return {};
  }
  size_t Functions = 0, Instructions = 0;
  for (const jit::Unit &Unit : Work.Loaded.IR.Units)
    if (jit::mayDivide(*Unit.IR)) {
      Functions += Unit.IR->size();
      Instructions += Unit.IR->getInstructionCount();
    }
  if (Instructions <= Compile.LeastLazy)
    return {};
  jit::LateWindows Windows(Functions, Instructions, Link.facts().PageSize);
  if (Windows.fileSize() > Link.facts().Slab.Size / 4) {
    WhyNotLate = "there is little room for the program";
    return {};
  }
  return shareMemory(Windows);
}

Expected<void> ProgramLinker::shareMemory(const jit::LateWindows &Windows) {
  auto Shared = Link.share("late code", Windows.fileSize());
  if (!Shared)
    return Shared.error();
  WhyNotLate = Shared->WhyNot;
  Work.MayBeLate = WhyNotLate.empty();
  if (Work.MayBeLate)
    Late = std::make_unique<LateLink>(std::move(Shared->Memory), Windows);
  return {};
}

LateLink *ProgramLinker::prepareLate() {
  if (!Late || !Engine->lateWindows())
    return nullptr;
  Late->prepare(*Engine, Addresses, Work.Late->plan(),
                jit::isaOf(Triple(Work.Compiled->Triple)));
  return Late.get();
}

/// For an executor that was started anew.
Expected<void> ProgramLinker::shareAgain() {
  if (!Late)
    return {};
  const jit::LateWindows Windows = Late->windows();
  Late.reset();
  if (auto Shared = shareMemory(Windows); !Shared)
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

//===- Compilation.cpp - A program on its way to objects ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/Compilation.h"
#include "driver/compile/NativeFiles.h"
#include "driver/compile/Passes.h"
#include "driver/compile/ProgramCache.h"
#include "jit/base/LlvmVersion.h"
#include "jit/base/SourceFiles.h"
#include "jit/cache/KnownHashes.h"
#include "jit/target/Backends.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun::driver {

Compilation::Compilation(const ProgramSettings &Settings, Observer &Watching)
    : Settings(Settings), Watching(Watching) {
  if (!Settings.Compile.CacheDirectory.empty())
    Cache.emplace(Settings.Compile.CacheDirectory);
}

std::string Compilation::inputNames() const {
  jit::SourceFiles Files;
  for (const jit::InputFile &Input : Read.Inputs)
    Files.Names.push_back(Input.Name);
  return Files.together();
}

Triple Compilation::triple() const {
  return Compiled
             ? Triple(Compiled->Triple)
             : jit::llvm_version::targetTriple(*Loaded.IR.Units.front().IR);
}

const jit::Isa *Compilation::isa() const {
  const Triple Named = triple();
  return Named.str().empty() ? &TargetChoice::host()
                             : jit::findIsa(Named.getArch());
}

void Compilation::reportWarnings() const {
  Watching.print(Report.PrintedByPasses);
  for (const std::string &Remark : Report.Remarks)
    Watching.print("remark: " + Remark + "\n");
  if (Compiled)
    for (const std::string &Warning : Compiled->Warnings)
      Watching.warn(Warning);
}

void Compilation::letGo() {
  Compiled.reset();
  Loaded.IR = {};
  Loaded.Context.reset();
  Loaded.Optimized.clear();
  Read.Native.reset();
  Read.Inputs.clear();
}

namespace {

/// Whether it may take a person's time to load the IR: optimizing a small input
/// may, too.
bool mayTakeLong(const Compilation &Work) {
  constexpr size_t Large = 256 * 1024;
  size_t Size = 0;
  for (const jit::InputFile &File : Work.Read.Inputs)
    Size += File.Contents->getBufferSize();
  return Size >= Large || !Work.Settings.Compile.Passes.empty();
}

Expected<void> load(Compilation &Work) {
  const ProgramSettings &Settings = Work.Settings;
  if (Work.Cache || Settings.Compile.UseObjectCache) {
    Work.Watching.hasInputs(nullptr, {});
    if (auto Settled = jit::settle(Work.Read.Inputs); !Settled)
      return Settled;
    Work.Watching.hasInputs(&Settings, Work.Read.Inputs);
  }
  Work.Loaded.IR = {};
  Work.Loaded.Context = std::make_unique<LLVMContext>();
  Work.Diagnostics = {};
  Work.Diagnostics.attachTo(*Work.Loaded.Context);
  if (Settings.Compile.UseObjectCache) {
    auto IR = jit::loadApart(Work.Read.Inputs, *Work.Loaded.Context,
                             Work.Diagnostics);
    if (!IR)
      return IR.error();
    Work.Loaded.IR = std::move(*IR);
    return {};
  }
  jit::Roots Kept;
  Kept.Entry = Settings.Compile.EntryFunction;
  Kept.Names = Work.Wanted.ByLibraries;
  append_range(Kept.Names, Work.Wanted.ByCode);
  append_range(Kept.Names, Settings.Link.Rules.references());
  Kept.Rules = &Settings.Link.Rules;
  Kept.EveryExport =
      any_of(linkInputs(Settings.Link, Work.Read.Inputs.front()),
             [](const jit::LinkInput &Input) { return Input.isLinkedIn(); });
  Kept.ForOptimizer = !Settings.Compile.Passes.empty();
  auto IR = jit::loadUnits(Work.Read.Inputs, Kept, *Work.Loaded.Context,
                           Work.Diagnostics);
  if (!IR)
    return IR.error();
  Work.Loaded.IR = std::move(*IR);
  // Or else another program takes over, and optimizes.
  bool IsOurs = jit::HasAllBackends || Work.isa() == &TargetChoice::host();
  return Settings.Compile.Passes.empty() || !IsOurs
             ? Expected<void>()
             : optimizeUnits(Work, std::move(Kept));
}

} // namespace

Expected<void> loadIR(Compilation &Work) {
  Work.Watching.loads(mayTakeLong(Work));
  auto Done = load(Work);
  Work.Watching.hasLoaded();
  return Done;
}

Expected<void> findProgram(Compilation &Work) {
  Work.Compiled = findKept(Work);
  return Work.Compiled ? Expected<void>() : loadIR(Work);
}

Expected<void> readProgram(Compilation &Work) {
  checkCache(Work);
  const CompileSettings &Settings = Work.Settings.Compile;
  std::optional<jit::KnownHashes> Hashes;
  if (Work.Cache) {
    timespec Now;
    ::clock_gettime(CLOCK_REALTIME, &Now);
    Hashes.emplace(*Work.Cache, Now);
  }
  auto Inputs = jit::openInputFiles(Settings.InputFile, Settings.ExtraModules,
                                    Hashes ? &*Hashes : nullptr);
  if (!Inputs)
    return Inputs.error();
  Work.Read.Inputs = std::move(*Inputs);
  Work.Watching.hasInputs(&Work.Settings, Work.Read.Inputs);
  if (Work.Cache)
    if (auto Read = readNativeFiles(Work); !Read)
      return Read;
  recallWanted(Work);
  auto Found = findProgram(Work);
  if (Hashes && Work.Compiled)
    Hashes->keep();
  return Found;
}

} // namespace remoterun::driver

//===- Compilation.cpp - A program on its way to objects ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/Compilation.h"
#include "driver/compile/LateDivision.h"
#include "driver/compile/NativeFiles.h"
#include "driver/compile/Passes.h"
#include "driver/compile/ProgramCache.h"
#include "jit/base/LlvmVersion.h"
#include "jit/base/SourceFiles.h"
#include "jit/cache/KnownHashes.h"
#include "jit/codegen/UnreadProgram.h"
#include "jit/ir/BitcodeInputs.h"
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
  // As code generation chooses it.
  const jit::CodeGenOptions &CodeGen = Settings.Compile.CodeGen;
  Triple Named = triple();
  if (!Compiled && !CodeGen.Triple.empty())
    Named = Triple(Triple::normalize(CodeGen.Triple));
  if (Named.str().empty())
    Named = Triple(CodeGen.DefaultTriple);
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
  Loaded.clear();
  Loaded.Context.reset();
  Loaded.Optimized.clear();
  Read.Native.reset();
  Read.Inputs.clear();
}

namespace {

size_t sizeOfInputs(const Compilation &Work) {
  size_t Size = 0;
  for (const jit::InputFile &File : Work.Read.Inputs)
    Size += File.Contents->getBufferSize();
  return Size;
}

/// Whether a module is for this machine, or this process compiles for others as
/// well; or else another program takes over.
bool compilesFor(const Triple &Named) {
  return jit::HasAllBackends || Named.str().empty() ||
         jit::findIsa(Named.getArch()) == &TargetChoice::host();
}

/// Adds to the inputs the bitcode among objects and archives that belongs to
/// the program of \p Modules; what the rest of it defines.
Expected<std::vector<std::string>>
addBitcode(Compilation &Work, const jit::Roots &Kept,
           ArrayRef<const Module *> Modules) {
  Triple Named = jit::llvm_version::targetTriple(*Modules.front());
  std::vector<std::string> Rest;
  // Without EveryExport, there is nothing of the kind.
  if (!Kept.EveryExport || !compilesFor(Named))
    return Rest;
  if (auto Read = readNativeFiles(Work); !Read)
    return Read.error();
  if (Named.str().empty())
    Named = Triple(Work.Settings.Target.Isa->Triple);
  auto Found = jit::findBitcode(Modules, *Work.Read.Native, Kept, Named);
  if (!Found)
    return Found.error();
  for (jit::InputFile &Each : Found->Files)
    Work.Read.Inputs.push_back(std::move(Each));
  return std::move(Found->LeftOut);
}

/// Makes place for what is loaded next.
void begin(Compilation &Work) {
  Work.Loaded.clear();
  Work.Loaded.Context = std::make_unique<LLVMContext>();
  Work.Diagnostics = {};
  Work.Diagnostics.attachTo(*Work.Loaded.Context);
}

/// Whether functions may stay unread: the program is one file, which becomes
/// late code as it is. What is small is read in no time.
bool mayStayUnread(const Compilation &Work, const jit::Roots &Kept) {
  constexpr size_t Large = 128 * 1024;
  const CompileSettings &Settings = Work.Settings.Compile;
  const jit::CodeGenOptions &CodeGen = Settings.CodeGen;
  const std::vector<jit::InputFile> &Inputs = Work.Read.Inputs;
  return !Work.LoadsWhole && mayBeLate(Work.Settings) && Inputs.size() == 1 &&
         Inputs.front().Native == jit::NativeKind::None &&
         Inputs.front().isBitcode() && !Kept.EveryExport &&
         !Kept.ForOptimizer && !Kept.Rules->wrapsAny() &&
         CodeGen.Triple.empty() && CodeGen.Arch.empty() &&
         (Settings.LeastLazy == 0 || sizeOfInputs(Work) >= Large);
}

bool loadUnread(Compilation &Work, const jit::Roots &Kept) {
  auto Found = jit::loadUnread(
      Work.Read.Inputs.front(), Kept, Work.Settings.Compile.Jobs,
      [&Watching = Work.Watching] { Watching.beginsThread(); },
      *Work.Loaded.Context, Work.Diagnostics);
  if (!Found)
    return false;
  Work.Loaded.Unread = std::move(Found->Bodies);
  Work.Loaded.IR = std::move(Found->IR);
  return true;
}

Expected<void> load(Compilation &Work) {
  const ProgramSettings &Settings = Work.Settings;
  // Of another time.
  erase_if(Work.Read.Inputs, [](const jit::InputFile &Input) {
    return Input.AmongNative.has_value();
  });
  if (Work.Cache || Settings.Compile.UseObjectCache) {
    Work.Watching.hasInputs(nullptr, {});
    if (auto Settled = jit::settle(Work.Read.Inputs); !Settled)
      return Settled;
    Work.Watching.hasInputs(&Settings, Work.Read.Inputs);
  }
  begin(Work);
  jit::Roots Kept;
  Kept.Entry = Settings.Compile.EntryFunction;
  Kept.Names = Work.Wanted.ByLibraries;
  append_range(Kept.Names, Work.Wanted.ByCode);
  append_range(Kept.Names, Settings.Link.Rules.references());
  Kept.Rules = &Settings.Link.Rules;
  Kept.EveryExport =
      Settings.Compile.IsOpenWorld ||
      any_of(linkInputs(Settings.Link, Work.Read.Inputs.front()),
             [](const jit::LinkInput &Input) { return Input.isLinkedIn(); });
  Kept.ForOptimizer = !Settings.Compile.Passes.empty();
  if (mayStayUnread(Work, Kept)) {
    if (loadUnread(Work, Kept))
      return {};
    begin(Work);
  }
  Work.Watching.readsAll(sizeOfInputs(Work));
  auto More = [&](ArrayRef<const Module *> Modules) {
    return addBitcode(Work, Kept, Modules);
  };
  auto IR = Settings.Compile.UseObjectCache
                ? jit::loadApart(Work.Read.Inputs, More, *Work.Loaded.Context,
                                 Work.Diagnostics)
                : jit::loadUnits(Work.Read.Inputs, Kept, More,
                                 *Work.Loaded.Context, Work.Diagnostics);
  if (!IR)
    return IR.error();
  Work.Loaded.IR = std::move(*IR);
  if (Settings.Compile.UseObjectCache)
    return {};
  return Settings.Compile.Passes.empty() || !compilesFor(Work.triple())
             ? Expected<void>()
             : optimizeUnits(Work, std::move(Kept));
}

} // namespace

Expected<void> loadIR(Compilation &Work) {
  // Optimizing a small input may take a person's time, too.
  constexpr size_t Large = 256 * 1024;
  Work.Watching.loads(sizeOfInputs(Work) >= Large ||
                      !Work.Settings.Compile.Passes.empty());
  auto Done = load(Work);
  Work.Watching.hasLoaded();
  return Done;
}

Expected<void> loadWhole(Compilation &Work) {
  Work.LoadsWhole = true;
  return loadIR(Work);
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

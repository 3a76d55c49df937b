//===- Compile.cpp - From input files to a program that can be linked -----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "Compilation.h"
#include "Launch.h"
#include "LlvmCrash.h"
#include "NativeFiles.h"
#include "Passes.h"
#include "ProgramCache.h"
#include "Run.h"
#include "SymbolLookup.h"
#include "TargetAgreement.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmVersion.h"
#include "jit/base/SourceFiles.h"
#include "jit/target/Backends.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <cstdio>

using namespace llvm;

namespace remoterun {

Workshop::Workshop(const Options &Chosen) {
  if (!Chosen.CacheDirectory.empty())
    Cache.emplace(Chosen.CacheDirectory);
}

jit::ProgramRecord &Workshop::record() {
  if (!Record)
    Record.emplace(*Engine, Program, *Compiled);
  return *Record;
}

void Workshop::letGo() {
  // It refers to the rest.
  Engine.reset();
  Addresses.clear();
  Early = {};
  Program = jit::Program();
  Compiled.reset();
  IR = {};
  Context.reset();
  Optimized.clear();
  Native.reset();
  Inputs.clear();
}

namespace {

bool isForHost(const Triple &Named) {
  return Named.str().empty() ||
         jit::findIsa(Named.getArch()) == &TargetChoice::host();
}

/// Whether it may take a person's time to load the IR: optimizing a small input
/// may, too.
bool mayTakeLong(const Options &Chosen, const Workshop &Shop) {
  constexpr size_t Large = 256 * 1024;
  size_t Size = 0;
  for (const jit::InputFile &File : Shop.Inputs)
    Size += File.Contents->getBufferSize();
  return Size >= Large || !Chosen.Passes.empty();
}

} // namespace

Expected<void> loadIR(const Options &Chosen, Workshop &Shop) {
  StepProgress Shown(mayTakeLong(Chosen, Shop));
  if (Shop.Cache || Chosen.UseObjectCache) {
    jit::setReproducer(nullptr);
    if (auto Settled = jit::settle(Shop.Inputs); !Settled)
      return Settled;
    prepareReproducer(Chosen, Shop);
  }
  Shop.IR = {};
  Shop.Context = std::make_unique<LLVMContext>();
  Shop.Diagnostics.attachTo(*Shop.Context);
  if (Chosen.UseObjectCache) {
    auto IR = jit::loadApart(Shop.Inputs, *Shop.Context, Shop.Diagnostics);
    if (!IR)
      return IR.error();
    Shop.IR = std::move(*IR);
    return {};
  }
  jit::Roots Kept;
  Kept.Entry = Chosen.EntryFunction;
  Kept.Names = Shop.WantedByLibraries;
  append_range(Kept.Names, Shop.WantedByCode);
  append_range(Kept.Names, Chosen.Link.Rules.references());
  Kept.Rules = &Chosen.Link.Rules;
  Kept.EveryExport =
      any_of(linkInputs(Chosen, Shop.Inputs.front()),
             [](const jit::LinkInput &Input) { return Input.isLinkedIn(); });
  Kept.ForOptimizer = !Chosen.Passes.empty();
  auto IR = jit::loadUnits(Shop.Inputs, Kept, *Shop.Context, Shop.Diagnostics);
  if (!IR)
    return IR.error();
  Shop.IR = std::move(*IR);
  // Or else another program takes over, and optimizes.
  bool IsOurs = jit::HasAllBackends || isForHost(tripleOf(Shop));
  return Chosen.Passes.empty() || !IsOurs
             ? Expected<void>()
             : optimizeUnits(Chosen, Shop, std::move(Kept));
}

namespace {

/// From the cache, or else the IR of it.
Expected<void> findProgram(const Options &Chosen, Workshop &Shop) {
  Shop.Compiled = findKept(Chosen, Shop);
  return Shop.Compiled ? Expected<void>() : loadIR(Chosen, Shop);
}

} // namespace

Expected<void> readProgram(const Options &Chosen, Workshop &Shop) {
  checkCache(Chosen, Shop);
  auto Inputs = jit::openInputFiles(Chosen.InputFile, Chosen.ExtraModules,
                                    Shop.Cache.has_value());
  if (!Inputs)
    return Inputs.error();
  Shop.Inputs = std::move(*Inputs);
  prepareReproducer(Chosen, Shop);
  if (Shop.Cache)
    if (auto Read = readNativeFiles(Chosen, Shop); !Read)
      return Read;
  return findProgram(Chosen, Shop);
}

namespace {

/// Starts the executor anew where it has too little. What it has said of
/// symbols holds no more then.
Expected<wire::ThreadLocalBlock>
roomForThreadLocals(const Options &Chosen, uint64_t Size, Workshop &Shop,
                    controller::Session &Link) {
  const wire::ThreadLocalBlock &Block = Link.facts().ThreadLocals;
  if (Size <= Block.Size || Size > Block.Most)
    return Block;
  if (auto Started = Link.restart(static_cast<uint32_t>(Size)); !Started)
    return Started.error();
  Shop.Early = {};
  Shop.Early.WasAsked = true;
  Shop.Needed.clear();
  Shop.SpareLoaded.clear();
  if (auto Loaded = loadLibraries(Chosen, Link); !Loaded)
    return Loaded.error();
  return Link.facts().ThreadLocals;
}

} // namespace

Expected<void> compileAndJoin(const Options &Chosen, Workshop &Shop,
                              controller::Session &Link) {
  const controller::ExecutorFacts &Facts = Link.facts();
  const Triple Target(Triple::normalize(Facts.Triple));
  auto Inputs = loadNativeInputs(Chosen, Shop, Target);
  if (!Inputs)
    return Inputs.error();
  if (!Shop.Compiled)
    if (auto Asked = askBeforeCompiling(Chosen, Shop, *Inputs, Link); !Asked)
      return Asked;
  if (!Shop.Compiled) {
    auto Compiled = compileIR(Chosen, Shop, *Inputs, Facts);
    Shop.Progress.finish();
    if (!Compiled)
      return Compiled.error();
    Shop.Compiled = std::move(*Compiled);
    std::vector<std::string> &Warnings = Shop.Compiled->Warnings;
    Warnings.insert(Warnings.begin(), Shop.WarningsOfPasses.begin(),
                    Shop.WarningsOfPasses.end());
  }
  if (auto Saved = saveObjects(Chosen.Saving, *Shop.Compiled); !Saved)
    return Saved;
  std::vector<std::string> Required = Shop.Compiled->RequiredNames;
  append_range(Required, Chosen.Link.Wanted);
  auto Room = [&](uint64_t Size) {
    return roomForThreadLocals(Chosen, Size, Shop, Link);
  };
  auto Program = jit::Program::resolve(Shop.Compiled->Parts,
                                       Shop.Compiled->Files, std::move(*Inputs),
                                       std::move(Required), Chosen.Link.Rules,
                                       Chosen.AbsoluteSymbols, Target, Room);
  if (!Program)
    return Program.error();
  Shop.Program = std::move(*Program);
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

std::vector<std::string> leftOutAndNeeded(const Workshop &Shop) {
  std::vector<std::string> Needed;
  if (Shop.IR.LeftOut.All.empty())
    return Needed;
  StringSet<> LeftOut;
  for (const std::string &Name : Shop.IR.LeftOut.All)
    LeftOut.insert(Name);
  for (const auto &[Name, Symbol] : Shop.Program.Symbols.undefined())
    if (LeftOut.contains(Name))
      Needed.push_back(Name);
  return Needed;
}

namespace {

Failure noEntry(const Options &Chosen, const Workshop &Shop) {
  const jit::InputFile &Main = Shop.Inputs.front();
  // To LLVM it is a module like another, and something else may have the entry.
  if (Main.Contents && Main.Contents->getBufferSize() == 0)
    return {Blame::Input, "'" + Main.Name +
                              "' is not LLVM IR: it is empty; has the command "
                              "failed that should write it?"};
  return {Blame::Input, "no function '" + Chosen.EntryFunction + "' in '" +
                            Shop.Compiled->Files.mainFile() +
                            "'; name another with --entry-function"};
}

} // namespace

Expected<void> makeEngine(Workshop &Shop) {
  auto Engine = jit::RemoteEngine::create(
      jit::machineForLinking(Triple(Shop.Compiled->Triple)),
      Shop.Program.Symbols);
  if (!Engine)
    return Engine.error();
  Shop.Engine.emplace(std::move(*Engine));
  return {};
}

Expected<void> compile(const Options &Chosen, Workshop &Shop,
                       controller::Session &Link) {
  const controller::ExecutorFacts &Facts = Link.facts();
  if (Shop.Compiled &&
      Shop.Compiled->ThreadLocals != Facts.ThreadLocals.atMost()) {
    // Kept when another executor had the program.
    Shop.Compiled.reset();
    if (auto Loaded = loadIR(Chosen, Shop); !Loaded)
      return Loaded;
  }
  // What does not fit the executor is said before it is compiled, too.
  if (Shop.Compiled)
    if (auto Fits = checkTarget(Triple(Shop.Compiled->Triple),
                                Shop.Compiled->NeedsLowAddresses, Facts);
        !Fits)
      return Fits;
  for (bool IsNew = !Shop.Compiled;;) {
    if (auto Done = compileAndJoin(Chosen, Shop, Link); !Done)
      return Done;
    std::vector<std::string> Needed = leftOutAndNeeded(Shop);
    if (Needed.empty()) {
      if (IsNew)
        keep(Chosen, Shop);
      break;
    }
    if (auto IsNews = want(Needed, Shop.WantedByCode); !IsNews)
      return IsNews;
    Shop.Compiled.reset();
    if (auto Loaded = loadIR(Chosen, Shop); !Loaded)
      return Loaded;
  }
  if (!Shop.Program.Symbols.find(Chosen.EntryFunction))
    return noEntry(Chosen, Shop);
  return makeEngine(Shop);
}

std::string inputNames(const Workshop &Shop) {
  jit::SourceFiles Files;
  for (const jit::InputFile &Input : Shop.Inputs)
    Files.Names.push_back(Input.Name);
  return Files.together();
}

Triple tripleOf(const Workshop &Shop) {
  return Shop.Compiled
             ? Triple(Shop.Compiled->Triple)
             : jit::llvm_version::targetTriple(*Shop.IR.Units.front().IR);
}

void reportWarnings(const Workshop &Shop) {
  std::fputs(Shop.PrintedByPasses.c_str(), stderr);
  for (const std::string &Remark : Shop.Remarks)
    std::fprintf(stderr, "remark: %s\n", Remark.c_str());
  if (Shop.Compiled)
    for (const std::string &Warning : Shop.Compiled->Warnings)
      warn(Warning);
}

Expected<void> compileAgainWith(const std::vector<std::string> &Names,
                                const Options &Chosen, Workshop &Shop,
                                controller::Session &Link) {
  if (auto IsNews = want(Names, Shop.WantedByLibraries); !IsNews)
    return IsNews;
  Shop.Engine.reset();
  Shop.Addresses.clear();
  Shop.Compiled.reset();
  Shop.IR = {};
  if (auto Found = findProgram(Chosen, Shop); !Found)
    return Found;
  return compile(Chosen, Shop, Link);
}

} // namespace remoterun

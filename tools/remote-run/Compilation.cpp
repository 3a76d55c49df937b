//===- Compilation.cpp - IR to objects ------------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compilation.h"
#include "Run.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/SourceFiles.h"
#include "jit/cache/ObjectFileCache.h"
#include "jit/cache/Ownership.h"
#include "jit/codegen/ParallelCodeGen.h"
#include "jit/ir/EntryFunction.h"
#include "jit/ir/GprofStart.h"
#include "jit/ir/Instrumentation.h"
#include "jit/ir/Normalize.h"
#include "jit/ir/PassReports.h"
#include "jit/ir/ThreadLocalModel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <cstdio>
#include <utility>

using namespace llvm;

namespace remoterun {

Expected<void> checkTarget(const Triple &Target, bool NeedsLowAddresses,
                           const controller::ExecutorFacts &Facts) {
  Triple Theirs(Triple::normalize(Facts.Triple));
  if (Target.getArch() != Theirs.getArch() || Target.getOS() != Theirs.getOS())
    return Failure{Blame::Input, "the program is for '" + Target.str() +
                                     "', the executor runs '" + Theirs.str() +
                                     "'; choose another --stub, or --mtriple "
                                     "if the IR fits both"};
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  if (NeedsLowAddresses &&
      (Facts.Slab.Start + Facts.Slab.Size).value() > TwoGiB)
    return Failure{Blame::Executor,
                   "the executor found no memory below 2 GiB, which "
                   "--relocation-model=static needs; use "
                   "--relocation-model=pic or --code-model=large"};
  return {};
}

namespace {

/// Says of what was wrong with an input which one it was.
Failure inInput(Failure Reason, const jit::SourceFiles &Files) {
  if (Reason.Whose == Blame::Input)
    Reason.Message = "'" + Files.together() + "': " + Reason.Message;
  return Reason;
}

/// The IR of one program, on its way through code generation.
class Compilation {
public:
  Compilation(const Options &Chosen, Workshop &Shop,
              const jit::NativeInputs &Inputs,
              const controller::ExecutorFacts &Facts)
      : Chosen(Chosen), Shop(Shop), Inputs(Inputs), Facts(Facts) {
    Result.ThreadLocals = Facts.ThreadLocals;
  }

  /// Brings \p Unit into agreement with the target, which the first decides.
  Expected<void> prepare(jit::LinkedModule &Unit);
  /// After all units are prepared.
  Expected<void> chooseThreadLocalModel();
  Expected<void> compile(size_t Number);
  jit::CompiledProgram finish();

private:
  Expected<void> saveAssembly(const jit::CodeGenerator &Generator,
                              const Module &M) const;
  jit::ThreadLocalScope scope() const { return {Modules, Inputs}; }
  Expected<void> findNeeds(const jit::LinkedModule &Unit);
  bool mayKeep(const std::string &Object);
  void startGprofIfAsked(Module &M, bool IsFirst);
  Expected<void> compileApart(size_t Number, std::vector<std::string> Choices);
  Expected<void> compileTogether(std::vector<std::string> Choices);

  const Options &Chosen;
  Workshop &Shop;
  const jit::NativeInputs &Inputs;
  const controller::ExecutorFacts &Facts;
  std::vector<jit::CodeGenerator> Generators; ///< One for each unit.
  std::vector<const Module *> Modules;
  jit::ThreadLocalModel Model = jit::ThreadLocalModel::Native;
  bool StartsGprof = false; ///< Some unit does.
  jit::CompiledProgram Result;
  bool HasWarned = false; ///< Of a folder of lli's cache.
};

Expected<void> Compilation::prepare(jit::LinkedModule &Unit) {
  Module &M = *Unit.IR;
  auto Entry = jit::prepareEntry(M, Chosen.EntryFunction);
  if (!Entry)
    return Entry.error();
  if (*Entry)
    Result.EntryReturnsVoid = (*Entry)->getReturnType()->isVoidTy();
  jit::CodeGenOptions Settings = Chosen.CodeGen;
  Settings.FunctionDone = Shop.Progress.reporter();
  Settings.FindsIncludedFiles =
      Shop.Cache || (Chosen.UseObjectCache && Shop.NotKept.empty());
  auto Generator = jit::CodeGenerator::create(M, Settings);
  if (!Generator)
    return inInput(Generator.error(), Unit.Files);
  bool NeedsLow = Generator->needsLowAddresses();
  if (auto Fits = checkTarget(Generator->triple(), NeedsLow, Facts); !Fits)
    return inInput(Fits.error(), Unit.Files);
  bool IsFirst = Modules.empty();
  startGprofIfAsked(M, IsFirst);
  jit::assignLocality(M);
  std::string Number = IsFirst ? "" : "." + std::to_string(Modules.size());
  jit::exposeLocalIfuncs(M, ".local" + Number);
  if (IsFirst)
    Result.Triple = Generator->triple().str();
  Result.NeedsLowAddresses |= NeedsLow;
  Generators.push_back(std::move(*Generator));
  Modules.push_back(&M);
  return {};
}

/// By --runtime, or by the code: once for the program.
void Compilation::startGprofIfAsked(Module &M, bool IsFirst) {
  bool IsAsked = (IsFirst && Chosen.Link.StartsGprof) ||
                 jit::callsForGprof(M, [&](StringRef Name) {
                   // An object that cannot be read is told of later.
                   auto Found = Inputs.define(Name);
                   return Found && *Found;
                 });
  if (IsAsked && !StartsGprof)
    jit::startGprof(M);
  StartsGprof |= IsAsked;
}

Expected<void> Compilation::chooseThreadLocalModel() {
  Model = jit::ThreadLocalModel::Emulated;
  if (Chosen.CodeGen.Target.EmulatedTLS ||
      !Chosen.Target.Isa->HasNativeThreadLocals)
    return {};
  auto Best = jit::chooseThreadLocalModel(scope(), Facts.ThreadLocals);
  if (!Best)
    return Best.error();
  Model = *Best;
  return {};
}

/// Whether what is in the folder of \p Object is there by the user alone.
bool Compilation::mayKeep(const std::string &Object) {
  std::string Folder = sys::path::parent_path(Object).str();
  std::string Why = jit::whyForeignFolder(Folder.empty() ? "." : Folder,
                                          jit::FolderOwner::UserOrSystem);
  if (!Why.empty() && !std::exchange(HasWarned, true))
    warn("'" + Object + "' is neither used nor kept: " + Why +
         "; name a folder that is yours alone with --object-cache-dir=DIR");
  return Why.empty();
}

/// With lli's cache: the object of one file.
Expected<void> Compilation::compileApart(size_t Number,
                                         std::vector<std::string> Choices) {
  jit::LinkedModule &Unit = Shop.Units[Number];
  const std::string &File = Unit.Files.mainFile();
  Choices.push_back(Shop.Inputs[Number].Hash);
  // Names that prepare() gives have it in them.
  Choices.push_back("unit " + std::to_string(Number));
  jit::CacheKey Key = jit::makeCacheKey(Choices);
  std::string Path = jit::objectFileOf(File, Chosen.ObjectCacheDir);
  Shop.Progress.start(Unit.IR->size());
  // There is no name to keep standard input under.
  bool IsKept = File != "<stdin>" && Shop.NotKept.empty() && mayKeep(Path);
  if (IsKept) {
    std::string Distrust;
    auto Cached = jit::readKeyedStart(Path, Key, Distrust);
    auto Part = Cached ? jit::CompiledPart::ofKept(std::move(*Cached), Path,
                                                   Key, *Chosen.Target.Isa)
                       : std::nullopt;
    if (Part) {
      Part->File = File;
      Result.Parts.push_back(std::move(*Part));
      return {};
    }
    if (!Distrust.empty())
      warn("a kept object is not used: " + Distrust);
  }
  auto Object = Generators[Number].compile(*Unit.IR, File, Shop.Diagnostics);
  if (!Object)
    return Object.error();
  auto Part = jit::CompiledPart::of(std::move(*Object), Generators[Number]);
  Part.File = File;
  Part.Key = Key;
  if (IsKept && Part.IncludedFile.empty() && Shop.OptionFiles.areAsTheyWere()) {
    auto Stored = jit::writeKeyedFile(Path, Part.bytes(), Part.StartSize, Key);
    if (Stored)
      Part.KeptIn = Path;
    else
      warn(Stored.error().Message);
  }
  Result.Parts.push_back(std::move(Part));
  return {};
}

/// Code generation uses a module up, so that a copy gives its assembly.
Expected<void> Compilation::saveAssembly(const jit::CodeGenerator &Generator,
                                         const Module &M) const {
  const std::string &Path = Chosen.Saving.AssemblyFile;
  if (Path.empty())
    return {};
  auto Text = Generator.another().assemblyOf(jit::writeBitcode(M));
  jit::forgetPassTimes();
  if (!Text)
    return Text.error();
  return saveFile("--emit-asm", Path, *Text);
}

/// The one module, in as many parts as it is worth.
Expected<void> Compilation::compileTogether(std::vector<std::string> Choices) {
  jit::LinkedModule &Unit = Shop.Units.front();
  const std::string File = Unit.Files.together();
  jit::CodeGenerator &Generator = Generators.front();
  jit::setCrashSources(&Unit.Files);
  jit::dissolveComdats(*Unit.IR);
  jit::PartitionPlan Plan = jit::planPartitions(*Unit.IR, Chosen.PartSize);
  Shop.Progress.start(Plan.FunctionCount);
  if (Plan.Count == 1) {
    if (auto Saved = saveAssembly(Generator, *Unit.IR); !Saved)
      return Saved;
    auto Object = Generator.compile(*Unit.IR, File, Shop.Diagnostics);
    if (!Object)
      return Object.error();
    Result.Parts.push_back(
        jit::CompiledPart::of(std::move(*Object), Generator));
    return {};
  }
  SmallVector<char, 0> Bitcode = jit::writeBitcode(*Unit.IR);
  // Every part will be read anew: this is the most memory that is ever needed.
  Unit.IR.reset();
  Shop.Context.reset();
  jit::ParallelSettings Settings;
  Settings.Jobs = Chosen.Jobs;
  Settings.OnThreadStart = jit::guardThisThread;
  // What is kept at once could have been made of other files than were hashed.
  Settings.Cache =
      Shop.Cache && Shop.OptionFiles.empty() ? &*Shop.Cache : nullptr;
  Settings.Choices = std::move(Choices);
  auto Parts = jit::compileInParts({Bitcode.data(), Bitcode.size()}, Plan,
                                   Generator, File, Settings, Shop.Diagnostics);
  if (!Parts)
    return Parts.error();
  Result.Parts = std::move(*Parts);
  return {};
}

/// Notes what of the instrumentation's runtime is taken, or lacking.
Expected<void> Compilation::findNeeds(const jit::LinkedModule &Unit) {
  auto OfObjects = Inputs.symbols();
  if (!OfObjects)
    return OfObjects.error();
  jit::InstrumentationNeeds Needs = jit::findInstrumentationNeeds(
      *Unit.IR, Unit.Files.mainFile(), [&](StringRef Name) {
        return Inputs.archivesDefine(Name) || (*OfObjects)->find(Name);
      });
  append_range(Result.RequiredNames, Needs.Names);
  append_range(Result.Warnings, Needs.Warnings);
  return {};
}

Expected<void> Compilation::compile(size_t Number) {
  Module &M = *Shop.Units[Number].IR;
  if (auto Found = findNeeds(Shop.Units[Number]); !Found)
    return Found;
  auto Lowered = jit::lowerLibraryThreadLocals(M, scope(), Model);
  if (!Lowered)
    return Lowered.error();
  append_range(Result.RequiredNames, Lowered->Required);
  std::vector<std::string> Choices = codeGenerationChoices(Chosen);
  append_range(Choices, Shop.OptionFiles.hashes());
  if (Model == jit::ThreadLocalModel::Emulated) {
    Generators[Number].emulateThreadLocals();
    Choices.push_back("emulated thread-local variables");
  }
  if (!Chosen.UseObjectCache)
    return compileTogether(std::move(Choices));
  append_range(Choices, Lowered->Lowered);
  return compileApart(Number, std::move(Choices));
}

jit::CompiledProgram Compilation::finish() {
  jit::setCrashSources(nullptr);
  for (const jit::CompiledPart &Part : Result.Parts)
    if (!Part.IncludedFile.empty())
      Shop.NotKept = "assembly in the program includes the file '" +
                     Part.IncludedFile + "'";
  Result.Files = std::move(Shop.Units.front().Files);
  Result.LeftOut = Shop.Units.front().LeftOut.Offered;
  append_range(Result.Warnings, Shop.Diagnostics.takeWarnings());
  Shop.Remarks = Shop.Diagnostics.takeRemarks();
  // The start files of a native link ask for it: a member of an archive may
  // have it.
  Result.RequiredNames.push_back(Chosen.EntryFunction);
  return std::move(Result);
}

} // namespace

Expected<jit::CompiledProgram>
compileIR(const Options &Chosen, Workshop &Shop,
          const jit::NativeInputs &Inputs,
          const controller::ExecutorFacts &Facts) {
  // What passes print of code generation comes after what they have printed
  // before.
  if (Chosen.CompilesAnew)
    std::fputs(std::exchange(Shop.PrintedByPasses, "").c_str(), stderr);
  auto Remarks =
      jit::RemarkFile::open(*Shop.Context, /*Appends=*/!Chosen.Passes.empty());
  if (!Remarks)
    return Remarks.error();
  Compilation Work(Chosen, Shop, Inputs, Facts);
  for (jit::LinkedModule &Unit : Shop.Units)
    if (auto Prepared = Work.prepare(Unit); !Prepared)
      return Prepared.error();
  if (auto Done = Work.chooseThreadLocalModel(); !Done)
    return Done.error();
  for (size_t Number = 0; Number != Shop.Units.size(); ++Number)
    if (auto Compiled = Work.compile(Number); !Compiled)
      return Compiled.error();
  if (auto Closed = Remarks->close(); !Closed)
    return Closed.error();
  jit::printPassTimes();
  Shop.LacksStatistics = !jit::printLlvmStatistics();
  return Work.finish();
}

} // namespace remoterun

//===- CodeGeneration.cpp - IR to objects ---------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/compile/CodeGeneration.h"
#include "driver/compile/LateDivision.h"
#include "driver/compile/LliObjects.h"
#include "driver/compile/Saving.h"
#include "driver/compile/TargetCheck.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/SourceFiles.h"
#include "jit/cache/ObjectFileCache.h"
#include "jit/codegen/ParallelCodeGen.h"
#include "jit/codegen/SlotObject.h"
#include "jit/ir/Coroutines.h"
#include "jit/ir/EntryFunction.h"
#include "jit/ir/GprofStart.h"
#include "jit/ir/Instrumentation.h"
#include "jit/ir/Normalize.h"
#include "jit/ir/PassReports.h"
#include "jit/ir/ReferencesInIR.h"
#include "jit/ir/ThreadLocalModel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <utility>

using namespace llvm;

namespace remoterun::driver {

namespace {

/// Says of what was wrong with an input which one it was.
Failure inInput(Failure Reason, const std::string &Name) {
  if (Reason.Whose == Blame::Input)
    Reason.Message = "'" + Name + "': " + Reason.Message;
  return Reason;
}

/// The IR of one program, on its way through code generation.
class CodeGeneration {
public:
  CodeGeneration(Compilation &Work, const jit::NativeInputs &Inputs,
                 const controller::ExecutorFacts &Facts)
      : Work(Work), Inputs(Inputs), Facts(Facts), ForLli(Work) {
    Result.ThreadLocals = Facts.ThreadLocals.atMost();
  }

  Expected<jit::CompiledProgram> run();

private:
  Expected<void> prepareEntry();
  Expected<void> prepare(const jit::Unit &Unit);
  Expected<void> chooseThreadLocalModel();
  Expected<void> findNeeds(const jit::Unit &Unit);
  Expected<void> settleThreadLocals(size_t Number);
  Expected<void> compileForLli(size_t Number);
  Expected<void> compileAll();
  Expected<void> compileWhole(size_t Number);
  Expected<void> compileParts(std::vector<jit::PartitionPlan> Plans);
  Expected<void> compileLate();
  void take(jit::CompiledPart Part, const jit::Unit &Unit);
  Expected<void> saveAssembly(size_t Number) const;
  jit::CompiledProgram finish();

  std::vector<jit::Unit> &units() const { return Work.Loaded.IR.Units; }
  std::string nameOf(const jit::Unit &Unit) const {
    return Work.Loaded.IR.Files.together(Unit.Files);
  }
  jit::ThreadLocalScope scope() const { return {Modules, Inputs}; }
  void startGprofIfAsked(Module &M, bool IsFirst);

  Compilation &Work;
  const jit::NativeInputs &Inputs;
  const controller::ExecutorFacts &Facts;
  std::vector<jit::CodeGenerator> Generators; ///< One for each unit.
  std::vector<const Module *> Modules;        ///< The units', until compiled.
  /// What objects depend on beside the IR of all units and of one.
  std::vector<std::string> Choices;
  std::vector<std::vector<std::string>> ChoicesOfUnit;
  jit::ThreadLocalModel Model = jit::ThreadLocalModel::Native;
  bool StartsGprof = false; ///< Some unit does.
  jit::CompiledProgram Result;
  LliObjects ForLli;
};

Expected<void> CodeGeneration::prepareEntry() {
  std::vector<Module *> All;
  for (const jit::Unit &Unit : units())
    All.push_back(Unit.IR.get());
  Module *M = jit::moduleWithEntry(All, Work.Settings.Compile.EntryFunction);
  if (!M)
    return {};
  auto Entry = jit::prepareEntry(*M, Work.Settings.Compile.EntryFunction);
  if (!Entry)
    return Entry.error();
  Result.EntryReturnsVoid = (*Entry)->getReturnType()->isVoidTy();
  return {};
}

/// Brings \p Unit into agreement with the target, which the first decides.
Expected<void> CodeGeneration::prepare(const jit::Unit &Unit) {
  Module &M = *Unit.IR;
  if (auto Split = jit::checkCoroutines(M); !Split)
    return inInput(Split.error(), nameOf(Unit));
  jit::CodeGenOptions Settings = Work.Settings.Compile.CodeGen;
  Settings.IsForImage = Work.Settings.Link.AsImage;
  Settings.FunctionDone = Work.Watching.functionReporter();
  Settings.FindsIncludedFiles =
      Work.Cache ||
      (Work.Settings.Compile.UseObjectCache && Work.NotKept.empty());
  auto Generator = jit::CodeGenerator::create(M, Settings);
  if (!Generator)
    return inInput(Generator.error(), nameOf(Unit));
  bool NeedsLow = Generator->needsLowAddresses();
  if (auto Fits = checkTarget(Generator->triple(), NeedsLow, Facts); !Fits)
    return inInput(Fits.error(), nameOf(Unit));
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
void CodeGeneration::startGprofIfAsked(Module &M, bool IsFirst) {
  bool IsAsked = (IsFirst && Work.Settings.Link.StartsGprof) ||
                 jit::callsForGprof(M, [&](StringRef Name) {
                   // An object that cannot be read is told of later.
                   auto Found = Inputs.define(Name);
                   return Found && *Found;
                 });
  if (IsAsked && !StartsGprof)
    jit::startGprof(M);
  StartsGprof |= IsAsked;
}

/// After all units are prepared.
Expected<void> CodeGeneration::chooseThreadLocalModel() {
  auto Best = Work.Settings.Compile.CodeGen.Target.EmulatedTLS
                  ? jit::ThreadLocalModel::Emulated
                  : jit::chooseThreadLocalModel(scope(), Facts.ThreadLocals);
  if (!Best)
    return Best.error();
  Model = *Best;
  return {};
}

/// Notes what of the instrumentation's runtime is taken, or lacking.
Expected<void> CodeGeneration::findNeeds(const jit::Unit &Unit) {
  auto OfObjects = Inputs.symbols();
  if (!OfObjects)
    return OfObjects.error();
  jit::InstrumentationNeeds Needs = jit::findInstrumentationNeeds(
      *Unit.IR, Work.Loaded.IR.Files.Names[Unit.Files.front()],
      [&](StringRef Name) {
        return Inputs.archivesDefine(Name) || (*OfObjects)->find(Name) ||
               jit::define(Modules, Name);
      });
  append_range(Result.RequiredNames, Needs.Names);
  append_range(Result.Warnings, Needs.Warnings);
  return {};
}

Expected<void> CodeGeneration::settleThreadLocals(size_t Number) {
  if (Model == jit::ThreadLocalModel::Emulated)
    Generators[Number].emulateThreadLocals();
  auto OfLibraries =
      jit::settleThreadLocals(*units()[Number].IR, scope(), Model,
                              Generators[Number].accessToLibraries());
  if (!OfLibraries)
    return OfLibraries.error();
  append_range(Result.Indices, OfLibraries->Indices);
  ChoicesOfUnit.push_back(std::move(OfLibraries->All));
  return {};
}

/// Adds what has become of \p Unit, or of a part of it.
void CodeGeneration::take(jit::CompiledPart Part, const jit::Unit &Unit) {
  // Alone, it is what the program is called.
  if (units().size() > 1 && Unit.Files.size() == 1)
    Part.File = Work.Loaded.IR.Files.Names[Unit.Files.front()];
  Result.Parts.push_back(std::move(Part));
}

/// With lli's cache: the object of one file.
Expected<void> CodeGeneration::compileForLli(size_t Number) {
  const jit::Unit &Unit = units()[Number];
  const std::string File = nameOf(Unit);
  std::vector<std::string> DependsOn = Choices;
  append_range(DependsOn, ChoicesOfUnit[Number]);
  DependsOn.push_back(Work.Read.Inputs[Unit.Files.front()].Hash);
  // Names that prepare() gives have it in them.
  DependsOn.push_back("unit " + std::to_string(Number));
  jit::CacheKey Key = jit::makeCacheKey(DependsOn);
  std::string Path =
      jit::objectFileOf(File, Work.Settings.Compile.ObjectCacheDir);
  Work.Watching.compiles(Unit.IR->size());
  // There is no name to keep standard input under.
  bool IsKept =
      File != "<stdin>" && Work.NotKept.empty() && ForLli.mayKeep(Path);
  if (IsKept)
    if (auto Part = ForLli.find(Path, Key)) {
      Part->File = File;
      Result.Parts.push_back(std::move(*Part));
      return {};
    }
  auto Object = Generators[Number].compile(*Unit.IR, File, Work.Diagnostics);
  if (!Object)
    return Object.error();
  auto Part = jit::CompiledPart::of(std::move(*Object), Generators[Number]);
  Part.File = File;
  Part.Key = Key;
  if (IsKept && Part.IncludedFile.empty() &&
      Work.Read.OptionFiles.areAsTheyWere())
    ForLli.keep(Part, Path);
  Result.Parts.push_back(std::move(Part));
  return {};
}

/// Code generation uses a module up, so that a copy gives its assembly. Of
/// several units, which one assembler cannot take in one, "prog.1.s" and so on.
Expected<void> CodeGeneration::saveAssembly(size_t Number) const {
  if (Work.Settings.Compile.Saving.AssemblyFile.empty())
    return {};
  SmallString<256> Path(Work.Settings.Compile.Saving.AssemblyFile);
  if (units().size() > 1)
    sys::path::replace_extension(Path, Twine(Number + 1) +
                                           sys::path::extension(Path));
  auto Text = Generators[Number].another().assemblyOf(
      jit::writeBitcode(*units()[Number].IR));
  jit::forgetPassTimes();
  if (!Text)
    return Text.error();
  return saveFile("--emit-asm", std::string(Path), *Text);
}

Expected<void> CodeGeneration::compileWhole(size_t Number) {
  const jit::Unit &Unit = units()[Number];
  if (auto Saved = saveAssembly(Number); !Saved)
    return Saved;
  auto Object =
      Generators[Number].compile(*Unit.IR, nameOf(Unit), Work.Diagnostics);
  if (!Object)
    return Object.error();
  take(jit::CompiledPart::of(std::move(*Object), Generators[Number]), Unit);
  return {};
}

/// Each unit in as many parts as it is worth, on as many threads.
Expected<void>
CodeGeneration::compileParts(std::vector<jit::PartitionPlan> Plans) {
  std::vector<jit::PlannedUnit> Planned;
  for (size_t Number = 0; Number != Plans.size(); ++Number) {
    jit::Unit &Unit = units()[Number];
    Planned.push_back({jit::writeBitcode(*Unit.IR), std::move(Plans[Number]),
                       &Generators[Number], nameOf(Unit)});
    Unit.IR.reset();
  }
  // Every part will be read anew: this is the most memory that is ever needed.
  Modules.clear();
  Work.Loaded.Context.reset();
  jit::ParallelSettings Settings;
  Settings.Jobs = Work.Settings.Compile.Jobs;
  Settings.OnThreadStart = [this] { Work.Watching.beginsThread(); };
  // What is kept at once could have been made of other files than were hashed.
  Settings.Cache =
      Work.Cache && Work.Read.OptionFiles.empty() ? &*Work.Cache : nullptr;
  Settings.Choices = Choices;
  auto Compiled = jit::compileInParts(Planned, Settings, Work.Diagnostics);
  if (!Compiled)
    return Compiled.error();
  for (size_t Number = 0; Number != Compiled->size(); ++Number)
    for (jit::CompiledPart &Part : (*Compiled)[Number])
      take(std::move(Part), units()[Number]);
  return {};
}

/// All but late functions, which threads begin with then.
Expected<void> CodeGeneration::compileLate() {
  auto Division = divideUnits(Work, Generators);
  if (!Division)
    return Division.error();
  for (size_t Number = 0; Number != units().size(); ++Number)
    if (auto Compiled = compileWhole(Number); !Compiled)
      return Compiled;
  Result.Late = Division->Plan;
  Modules.clear();
  startLateWorkers(Work, std::move(*Division));
  auto Slots = jit::makeSlotObject(*Result.Late->All.get(), Generators.front());
  if (!Slots)
    return Slots.error();
  take(jit::CompiledPart::of(std::move(*Slots), Generators.front()),
       units().front());
  return {};
}

Expected<void> CodeGeneration::compileAll() {
  if (Work.Settings.Compile.UseObjectCache) {
    for (size_t Number = 0; Number != units().size(); ++Number)
      if (auto Compiled = compileForLli(Number); !Compiled)
        return Compiled;
    return {};
  }
  if (Work.LateRoom)
    return compileLate();
  std::vector<jit::PartitionPlan> Plans;
  size_t FunctionCount = 0;
  for (const jit::Unit &Unit : units()) {
    jit::dissolveComdats(*Unit.IR);
    Plans.push_back(jit::planPartitions(
        *Unit.IR, Work.Settings.Compile.PartSize, Plans.size()));
    FunctionCount += Plans.back().FunctionCount;
  }
  Work.Watching.compiles(FunctionCount);
  Work.Watching.generates(&Work.Loaded.IR.Files);
  bool IsWhole = Plans.size() == 1 && Plans.front().Count == 1;
  // What passes say comes in order.
  if (!IsWhole && !Work.Settings.Compile.CompilesAnew)
    return compileParts(std::move(Plans));
  for (size_t Number = 0; Number != units().size(); ++Number)
    if (auto Compiled = compileWhole(Number); !Compiled)
      return Compiled;
  return {};
}

jit::CompiledProgram CodeGeneration::finish() {
  Work.Watching.generates(nullptr);
  for (const jit::CompiledPart &Part : Result.Parts)
    if (!Part.IncludedFile.empty())
      Work.NotKept = "assembly in the program includes the file '" +
                     Part.IncludedFile + "'";
  Result.Files = std::move(Work.Loaded.IR.Files);
  Result.LeftOut = Work.Loaded.IR.LeftOut.Offered;
  append_range(Result.Warnings, Work.Diagnostics.takeWarnings());
  Work.Report.Remarks = Work.Diagnostics.takeRemarks();
  // As start files ask for it: a member of an archive may have it.
  if (!Work.Settings.Compile.IsOpenWorld)
    Result.RequiredNames.push_back(Work.Settings.Compile.EntryFunction);
  return std::move(Result);
}

Expected<jit::CompiledProgram> CodeGeneration::run() {
  if (auto Prepared = prepareEntry(); !Prepared)
    return Prepared.error();
  for (const jit::Unit &Unit : units())
    if (auto Prepared = prepare(Unit); !Prepared)
      return Prepared.error();
  if (auto Done = chooseThreadLocalModel(); !Done)
    return Done.error();
  Choices = Work.Settings.codeGenerationChoices();
  append_range(Choices, Work.Read.OptionFiles.hashes());
  if (Model == jit::ThreadLocalModel::Emulated)
    Choices.push_back("emulated thread-local variables");
  for (size_t Number = 0; Number != units().size(); ++Number) {
    if (auto Found = findNeeds(units()[Number]); !Found)
      return Found.error();
    if (auto Done = settleThreadLocals(Number); !Done)
      return Done.error();
  }
  if (auto Compiled = compileAll(); !Compiled)
    return Compiled.error();
  return finish();
}

} // namespace

Expected<jit::CompiledProgram>
compileIR(Compilation &Work, const jit::NativeInputs &Inputs,
          const controller::ExecutorFacts &Facts) {
  // What passes print of code generation comes after what they have printed
  // before.
  const CompileSettings &Settings = Work.Settings.Compile;
  if (Settings.CompilesAnew)
    Work.Watching.print(std::exchange(Work.Report.PrintedByPasses, ""));
  auto Remarks = jit::RemarkFile::open(*Work.Loaded.Context,
                                       /*Appends=*/!Settings.Passes.empty());
  if (!Remarks)
    return Remarks.error();
  auto Compiled = CodeGeneration(Work, Inputs, Facts).run();
  if (!Compiled)
    return Compiled;
  if (auto Closed = Remarks->close(); !Closed)
    return Closed.error();
  Work.Watching.hasGenerated();
  return Compiled;
}

} // namespace remoterun::driver

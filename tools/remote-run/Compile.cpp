//===- Compile.cpp - Everything from IR to linkable objects ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "Run.h"
#include "jit/Normalize.h"
#include "jit/ObjectFileCache.h"
#include "jit/ObjectPatch.h"
#include "jit/ThreadLocalModel.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace remoterun {

namespace {

Expected<jit::NativeInputs> loadNativeInputs(const Options &Chosen,
                                             const Triple &Target) {
  auto Objects = jit::loadObjects(Chosen.ExtraObjects, Target);
  if (!Objects)
    return Objects.error();
  auto Archives = jit::ArchiveSet::open(Chosen.ExtraArchives);
  if (!Archives)
    return Archives.error();
  return jit::NativeInputs{std::move(*Objects), std::move(*Archives)};
}

/// Whether what was compiled can run where it would be sent.
Expected<void> checkTarget(const jit::CodeGenerator &Generator,
                           const controller::ExecutorFacts &Facts) {
  Triple Ours = Generator.triple(), Theirs(Facts.Triple);
  if (Ours.getArch() != Theirs.getArch() || Ours.getOS() != Theirs.getOS())
    return Failure{Blame::Input, "the program is for '" + Ours.str() +
                                     "', the executor runs '" + Theirs.str() +
                                     "'; choose another --stub, or --mtriple "
                                     "if the IR fits both"};
  constexpr uint64_t TwoGiB = uint64_t(1) << 31;
  if (Generator.needsLowAddresses() &&
      (Facts.Slab.Start + Facts.Slab.Size).value() > TwoGiB)
    return Failure{Blame::Executor,
                   "the executor found no memory below 2 GiB, which "
                   "--relocation-model=static needs; use "
                   "--relocation-model=pic or --code-model=large"};
  return {};
}

/// Code generation, or what an earlier run made of the same. \p Choices are
/// what it depends on beside the unit's files and the options.
Expected<jit::ObjectBytes>
generateCode(const Options &Chosen, const jit::LinkedModule &Unit,
             jit::CodeGenerator &Generator,
             const std::vector<std::string> &Choices,
             const jit::DiagnosticCollector &Diagnostics) {
  // There is no name to keep standard input under.
  if (!Chosen.UseObjectCache || Unit.MainFile == "<stdin>")
    return Generator.compile(*Unit.IR, Unit.MainFile, Diagnostics);
  jit::ObjectFileCache Cache(Chosen.ObjectCacheDir, Unit.MainFile);
  std::vector<std::string> Dependencies = Unit.ContentHashes;
  append_range(Dependencies, Chosen.AsGiven);
  append_range(Dependencies, Choices);
  // What "native" stood for.
  Dependencies.push_back(Chosen.CodeGen.Cpu);
  Dependencies.push_back(Chosen.CodeGen.Features);
  jit::CacheKey Key = jit::makeCacheKey(Dependencies);
  if (auto Cached = Cache.load(Key))
    return std::move(*Cached);
  auto Object = Generator.compile(*Unit.IR, Unit.MainFile, Diagnostics);
  if (Object)
    if (auto Stored = Cache.store(*Object, Key); !Stored)
      warn(Stored.error().Message);
  return Object;
}

/// Names that clang has the linker look for in archives (-u), where nothing in
/// its code refers to them.
std::vector<StringRef> namesOfDriver(const Module &M) {
  // The runtime library of -fprofile-generate and its like.
  for (const GlobalVariable &Variable : M.globals())
    if (Variable.getSection().starts_with("__llvm_prf_"))
      return {"__llvm_profile_runtime"};
  return {};
}

/// Compiles the IR of one program, which is one module or, for a cache that has
/// an object for each file, several.
class Compilation {
public:
  Compilation(const Options &Chosen, Workshop &Shop,
              const controller::ExecutorFacts &Facts)
      : Chosen(Chosen), Shop(Shop), Facts(Facts) {}

  /// Brings \p Unit into agreement with the target, which the first decides.
  Expected<void> prepare(jit::LinkedModule &Unit);
  /// After all units are prepared.
  Expected<void> chooseThreadLocalModel();
  Expected<jit::ObjectBytes> compile(size_t Number);
  /// Compiles all units but the first, to objects that stand before the native
  /// ones.
  Expected<void> compileOthers();

  /// Once all is compiled: for the engine.
  std::unique_ptr<TargetMachine> takeMachine() {
    return Generators.front().takeMachine();
  }

  const Options &Chosen;
  Workshop &Shop;
  const controller::ExecutorFacts &Facts;
  jit::NativeInputs Inputs;
  /// Symbols that are needed without being referred to.
  std::vector<std::string> RequiredNames;
  std::optional<Triple> Target;

private:
  jit::ThreadLocalScope scope() const { return {Modules, Inputs}; }

  std::vector<jit::LinkedModule *> Units;
  std::vector<jit::CodeGenerator> Generators;
  std::vector<const Module *> Modules;
  jit::ThreadLocalModel Model = jit::ThreadLocalModel::Native;
};

Expected<void> Compilation::prepare(jit::LinkedModule &Unit) {
  Module &M = *Unit.IR;
  if (auto Prepared = jit::prepareEntry(M, Chosen.EntryFunction); !Prepared)
    return Prepared;
  const Function *Entry = M.getFunction(Chosen.EntryFunction);
  if (Entry && !Entry->isDeclaration())
    Shop.EntryReturnsVoid = Entry->getReturnType()->isVoidTy();
  auto Generator = jit::CodeGenerator::create(M, Chosen.CodeGen);
  if (!Generator)
    return Generator.error();
  if (auto Fits = checkTarget(*Generator, Facts); !Fits)
    return Fits;
  jit::assignLocality(M);
  std::string Number = Units.empty() ? "" : "." + std::to_string(Units.size());
  jit::exposeLocalIfuncs(M, ".local" + Number);
  if (!Target)
    Target = Generator->triple();
  Units.push_back(&Unit);
  Generators.push_back(std::move(*Generator));
  Modules.push_back(&M);
  return {};
}

Expected<void> Compilation::chooseThreadLocalModel() {
  Model = jit::ThreadLocalModel::Emulated;
  if (Chosen.CodeGen.Target.EmulatedTLS)
    return {};
  auto Best = jit::chooseThreadLocalModel(scope(), Facts.ThreadLocals);
  if (!Best)
    return Best.error();
  Model = *Best;
  return {};
}

Expected<jit::ObjectBytes> Compilation::compile(size_t Number) {
  jit::LinkedModule &Unit = *Units[Number];
  jit::CodeGenerator &Generator = Generators[Number];
  for (StringRef Name : namesOfDriver(*Unit.IR))
    if (Inputs.Archives.defines(Name))
      RequiredNames.push_back(Name.str());
  auto Lowered = jit::lowerLibraryThreadLocals(*Unit.IR, scope(), Model);
  if (!Lowered)
    return Lowered.error();
  append_range(RequiredNames, Lowered->Required);
  std::vector<std::string> Choices = std::move(Lowered->Lowered);
  if (Model == jit::ThreadLocalModel::Emulated) {
    Generator.emulateThreadLocals();
    Choices.push_back("emulated thread-local variables");
  }
  return generateCode(Chosen, Unit, Generator, Choices, Shop.Diagnostics);
}

Expected<void> Compilation::compileOthers() {
  std::vector<jit::ProgramObject> Objects;
  for (size_t Number = 1; Number != Units.size(); ++Number) {
    auto Object = compile(Number);
    if (!Object)
      return Object.error();
    const std::string &File = Units[Number]->MainFile;
    auto Made = jit::copyProgramObject(
        File, StringRef(Object->data(), Object->size()), *Target);
    if (!Made)
      return Made.error();
    if (Error E = jit::hideLocalSymbols(Made->Bytes->getBuffer()))
      return jit::fromLlvm(Blame::Internal, "cannot patch '" + File + "'",
                           std::move(E));
    Objects.push_back(std::move(*Made));
  }
  // IR comes before all objects, in the order in which it was given.
  for (jit::ProgramObject &Native : Inputs.Objects)
    Objects.push_back(std::move(Native));
  Inputs.Objects = std::move(Objects);
  return {};
}

} // namespace

Expected<void> compile(const Options &Chosen, Workshop &Shop,
                       const controller::ExecutorFacts &Facts) {
  Compilation Work(Chosen, Shop, Facts);
  if (auto Prepared = Work.prepare(Shop.IR); !Prepared)
    return Prepared;
  for (jit::LinkedModule &Other : Shop.IR.Others)
    if (auto Prepared = Work.prepare(Other); !Prepared)
      return Prepared;
  auto Inputs = loadNativeInputs(Chosen, *Work.Target);
  if (!Inputs)
    return Inputs.error();
  Work.Inputs = std::move(*Inputs);
  if (auto Done = Work.chooseThreadLocalModel(); !Done)
    return Done;

  auto Main = Work.compile(0);
  if (!Main)
    return Main.error();
  if (auto Done = Work.compileOthers(); !Done)
    return Done;

  // The start files of a native link ask for it: a member of an archive may
  // have it.
  Work.RequiredNames.push_back(Chosen.EntryFunction);
  auto Program = jit::Program::resolve(
      std::move(*Main), Shop.IR, std::move(Work.Inputs),
      std::move(Work.RequiredNames), Chosen.AbsoluteSymbols, *Work.Target,
      Facts.ThreadLocals);
  if (!Program)
    return Program.error();
  Shop.Program = std::move(*Program);
  if (!Shop.Program.Symbols.find(Chosen.EntryFunction))
    return Failure{Blame::Input, "no function '" + Chosen.EntryFunction +
                                     "' in '" + Shop.IR.MainFile +
                                     "'; name another with --entry-function"};
  auto Engine =
      jit::RemoteEngine::create(Work.takeMachine(), Shop.Program.Symbols);
  if (!Engine)
    return Engine.error();
  Shop.Engine.emplace(std::move(*Engine));
  return {};
}

} // namespace remoterun

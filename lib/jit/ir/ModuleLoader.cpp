//===- ModuleLoader.cpp - Input files to verified units -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/ModuleLoader.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmErrors.h"
#include "jit/ir/ModuleReader.h"
#include "jit/ir/Normalize.h"
#include "jit/ir/Structors.h"
#include "jit/ir/SymbolWrapping.h"
#include "jit/object/DuplicateSymbols.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Linker/Linker.h"

#include <optional>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// All modules, in the order of the files; each with the number of its file.
struct ReadModules {
  ModuleList Modules;
  std::vector<uint32_t> FileOf;
};

bool isStrongDefinition(const GlobalValue &Value) {
  return Value.hasExternalLinkage() && !Value.isDeclaration();
}

/// Notes what file \p Number of \p Files defines. IRMover would say that a
/// symbol is multiply defined, but not where, and not of all.
void recordDefinitions(const Module &M, uint32_t Number, SourceFiles &Files,
                       StringMap<uint32_t> &StrongIn,
                       DuplicateSymbols &Duplicates) {
  for (const GlobalValue &Value : M.global_values()) {
    if (Value.isDeclarationForLinker())
      continue;
    Files.DefinedIn.try_emplace(Value.getName(), Number);
    if (!isStrongDefinition(Value))
      continue;
    auto [First, IsNew] = StrongIn.try_emplace(Value.getName(), Number);
    if (!IsNew)
      Duplicates.add(Value.getName(), Files.Names[First->second],
                     Files.Names[Number]);
  }
}

/// Reads all files; fails where two define the same symbol.
Expected<ReadModules> readAll(const std::vector<InputFile> &Inputs,
                              const SymbolRules *Rules, SourceFiles &Files,
                              LLVMContext &Context,
                              const DiagnosticCollector &Diagnostics) {
  ReadModules Read;
  StringMap<uint32_t> StrongIn;
  DuplicateSymbols Duplicates;
  for (const InputFile &Input : Inputs) {
    auto Number = static_cast<uint32_t>(Files.Names.size());
    Files.Names.push_back(Input.Name);
    auto Its = readModules(Input, Context, Diagnostics);
    if (!Its)
      return Its.error();
    for (std::unique_ptr<Module> &M : *Its) {
      if (Rules)
        if (Error E = wrapSymbols(*M, *Rules))
          return unreadable(Input, std::move(E));
      if (Inputs.size() > 1)
        recordDefinitions(*M, Number, Files, StrongIn, Duplicates);
      Read.Modules.push_back(std::move(M));
      Read.FileOf.push_back(Number);
    }
  }
  if (auto Unique = Duplicates.check(); !Unique)
    return Unique.error();
  return Read;
}

/// Reads the bodies of what is reachable, and verifies that.
Expected<LeftOutSymbols> prune(const std::vector<InputFile> &Inputs,
                               const ReadModules &Read,
                               const SourceFiles &Files, const Roots &Kept,
                               const DiagnosticCollector &Diagnostics) {
  std::vector<Module *> Modules;
  for (const std::unique_ptr<Module> &Each : Read.Modules)
    Modules.push_back(Each.get());
  Reachability Found(Modules);
  auto FailedInput = [&]() -> const InputFile & {
    return Inputs[Read.FileOf[Found.failedModule()]];
  };
  if (Error E = Found.findFrom(Kept))
    return unreadable(FailedInput(), std::move(E));
  auto LeftOut = Found.prune();
  if (!LeftOut)
    return unreadable(FailedInput(), LeftOut.takeError());
  if (auto Checked = Diagnostics.check(Files.together()); !Checked)
    return Checked.error();
  for (size_t Number = 0; Number != Modules.size(); ++Number)
    if (auto Verified =
            verify(*Modules[Number], Files.Names[Read.FileOf[Number]]);
        !Verified)
      return Verified.error();
  return std::move(*LeftOut);
}

/// llvm::Linker would only warn.
Expected<void> checkLayout(const Module &M, const std::string &Name,
                           const Module &Whole, const std::string &First) {
  const std::string &Its = M.getDataLayoutStr(),
                    &Ours = Whole.getDataLayoutStr();
  if (Its == Ours)
    return {};
  return Failure{Blame::Input, "'" + Name + "': the module's data layout '" +
                                   Its + "' is not that of '" + First +
                                   "', which is '" + Ours + "'"};
}

/// Links modules of one unit into the first of them.
class UnitLinker {
public:
  UnitLinker(std::unique_ptr<Module> First, uint32_t File,
             const SourceFiles &Files, const DiagnosticCollector &Diagnostics)
      : Files(Files), Diagnostics(Diagnostics) {
    Made.IR = std::move(First);
    Made.Files.push_back(File);
  }

  Expected<void> add(std::unique_ptr<Module> Extra, uint32_t File);
  /// All that was added.
  Expected<Unit> finish();

private:
  static void makeLinkable(Module &M) {
    separateAliasedDefinitions(M);
    dissolvePlainGroups(M);
    orderStructors(M);
  }

  const SourceFiles &Files;
  const DiagnosticCollector &Diagnostics;
  Unit Made;
  std::optional<Linker> IRLinker; ///< Once there are several.
};

Expected<void> UnitLinker::add(std::unique_ptr<Module> Extra, uint32_t File) {
  Module &Whole = *Made.IR;
  if (!IRLinker) {
    makeLinkable(Whole);
    IRLinker.emplace(Whole);
  }
  const std::string &Name = Files.Names[File];
  const std::string &First = Files.Names[Made.Files.front()];
  reconcileModules(Whole, *Extra);
  if (auto Fits = checkLayout(*Extra, Name, Whole, First); !Fits)
    return Fits;
  makeLinkable(*Extra);
  if (Made.Files.back() != File)
    Made.Files.push_back(File);
  bool LinkFailed = IRLinker->linkInModule(std::move(Extra));
  if (auto Checked = Diagnostics.check(Name); !Checked)
    return Checked;
  if (LinkFailed)
    return Failure{Blame::Input,
                   "cannot link '" + Name + "' with '" + First + "'"};
  return {};
}

Expected<Unit> UnitLinker::finish() {
  if (IRLinker) {
    keepStructorOrder(*Made.IR);
    if (auto Verified = verify(*Made.IR, Files.together(Made.Files)); !Verified)
      return Verified.error();
  }
  return std::move(Made);
}

Expected<std::vector<Unit>> linkUnits(ReadModules Read,
                                      const SourceFiles &Files,
                                      const DiagnosticCollector &Diagnostics) {
  std::vector<Unit> Units;
  std::vector<const Module *> Modules;
  for (const std::unique_ptr<Module> &Each : Read.Modules)
    Modules.push_back(Each.get());
  const std::vector<bool> Starts = findUnitStarts(Modules);
  if (Modules.size() > 1)
    setCrashContext("linking '" + Files.together() + "'");
  for (size_t Next = 0; Next != Modules.size();) {
    UnitLinker Linked(std::move(Read.Modules[Next]), Read.FileOf[Next], Files,
                      Diagnostics);
    for (++Next; Next != Modules.size() && !Starts[Next]; ++Next)
      if (auto Added =
              Linked.add(std::move(Read.Modules[Next]), Read.FileOf[Next]);
          !Added)
        return Added.error();
    auto Made = Linked.finish();
    if (!Made)
      return Made.error();
    Units.push_back(std::move(*Made));
  }
  std::vector<Module *> Linked;
  for (const Unit &Each : Units)
    Linked.push_back(Each.IR.get());
  if (Linked.size() > 1)
    foldComdats(Linked);
  return Units;
}

} // namespace

Expected<ProgramIR> loadUnits(const std::vector<InputFile> &Inputs,
                              const Roots &Kept, LLVMContext &Context,
                              DiagnosticCollector &Diagnostics) {
  ProgramIR Program;
  auto Read = readAll(Inputs, Kept.Rules, Program.Files, Context, Diagnostics);
  if (!Read)
    return Read.error();
  auto LeftOut = prune(Inputs, *Read, Program.Files, Kept, Diagnostics);
  if (!LeftOut)
    return LeftOut.error();
  Program.LeftOut = std::move(*LeftOut);
  auto Units = linkUnits(std::move(*Read), Program.Files, Diagnostics);
  if (!Units)
    return Units.error();
  Program.Units = std::move(*Units);
  return Program;
}

Expected<ProgramIR> loadApart(const std::vector<InputFile> &Inputs,
                              LLVMContext &Context,
                              DiagnosticCollector &Diagnostics) {
  ProgramIR Program;
  for (const InputFile &Input : Inputs) {
    auto Number = static_cast<uint32_t>(Program.Files.Names.size());
    Program.Files.Names.push_back(Input.Name);
    auto Its = readModules(Input, Context, Diagnostics);
    if (!Its)
      return Its.error();
    for (std::unique_ptr<Module> &M : *Its) {
      if (Error E = M->materializeAll())
        return unreadable(Input, std::move(E));
      if (auto Checked = Diagnostics.check(Input.Name); !Checked)
        return Checked.error();
      if (auto Verified = verify(*M, Input.Name); !Verified)
        return Verified.error();
    }
    UnitLinker Linked(std::move(Its->front()), Number, Program.Files,
                      Diagnostics);
    for (std::unique_ptr<Module> &M : drop_begin(*Its))
      if (auto Added = Linked.add(std::move(M), Number); !Added)
        return Added.error();
    auto Made = Linked.finish();
    if (!Made)
      return Made.error();
    Program.Units.push_back(std::move(*Made));
  }
  return Program;
}

} // namespace remoterun::jit

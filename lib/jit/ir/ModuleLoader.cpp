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

/// Reads the files of the program.
class FileReader {
public:
  /// \p Rules may be null.
  FileReader(const SymbolRules *Rules, SourceFiles &Files, LLVMContext &Context,
             const DiagnosticCollector &Diagnostics)
      : Rules(Rules), Files(Files), Context(Context), Diagnostics(Diagnostics) {
  }

  /// Those of \p Inputs that come after what was read.
  Expected<void> read(ArrayRef<InputFile> Inputs);
  /// All of \p Inputs, and what \p More, if it is not null, adds to these. What
  /// that says of the rest is added to \p LeftOut.
  Expected<void> readAll(const std::vector<InputFile> &Inputs,
                         BitcodeFinder More, std::vector<std::string> &LeftOut);
  /// What was read; fails where two files define the same symbol.
  Expected<ReadModules> finish();
  /// What was read, whatever it defines.
  ReadModules takeAll() { return std::move(Read); }

private:
  const SymbolRules *Rules;
  SourceFiles &Files;
  LLVMContext &Context;
  const DiagnosticCollector &Diagnostics;
  ReadModules Read;
};

Expected<void> FileReader::read(ArrayRef<InputFile> Inputs) {
  for (const InputFile &Input : Inputs.drop_front(Files.Names.size())) {
    auto Number = static_cast<uint32_t>(Files.Names.size());
    Files.Names.push_back(Input.Name);
    auto Its = readModules(Input, Context, Diagnostics);
    if (!Its)
      return Its.error();
    for (std::unique_ptr<Module> &M : *Its) {
      if (Rules)
        if (Error E = wrapSymbols(*M, *Rules))
          return unreadable(Input, std::move(E));
      if (Input.IsExcluded)
        hideDefinitions(*M, Read.Modules);
      Read.Modules.push_back(std::move(M));
      Read.FileOf.push_back(Number);
    }
  }
  return {};
}

Expected<void> FileReader::readAll(const std::vector<InputFile> &Inputs,
                                   BitcodeFinder More,
                                   std::vector<std::string> &LeftOut) {
  if (auto Done = read(Inputs); !Done || !More)
    return Done;
  std::vector<const Module *> Modules;
  for (const std::unique_ptr<Module> &Each : Read.Modules)
    Modules.push_back(Each.get());
  auto Rest = More(Modules);
  if (!Rest)
    return Rest.error();
  append_range(LeftOut, *Rest);
  return read(Inputs);
}

Expected<ReadModules> FileReader::finish() {
  StringMap<uint32_t> StrongIn;
  DuplicateSymbols Duplicates;
  if (Files.Names.size() > 1)
    for (size_t Number = 0; Number != Read.Modules.size(); ++Number)
      recordDefinitions(*Read.Modules[Number], Read.FileOf[Number], Files,
                        StrongIn, Duplicates);
  if (auto Unique = Duplicates.check(); !Unique)
    return Unique.error();
  return std::move(Read);
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
                           const Module &Merged, const std::string &First) {
  const std::string &Its = M.getDataLayoutStr(),
                    &Ours = Merged.getDataLayoutStr();
  if (Its == Ours)
    return {};
  return Failure{Blame::Input, "'" + Name + "': the module's data layout '" +
                                   Its + "' is not that of '" + First +
                                   "', which is '" + Ours + "'"};
}

/// Reads and verifies all of \p M.
Expected<void> readWhole(Module &M, const InputFile &Input,
                         const DiagnosticCollector &Diagnostics) {
  if (Error E = M.materializeAll())
    return unreadable(Input, std::move(E));
  if (auto Checked = Diagnostics.check(Input.Name); !Checked)
    return Checked;
  return verify(M, Input.Name);
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
  Module &Merged = *Made.IR;
  if (!IRLinker) {
    makeLinkable(Merged);
    IRLinker.emplace(Merged);
  }
  const std::string &Name = Files.Names[File];
  const std::string &First = Files.Names[Made.Files.front()];
  reconcileModules(Merged, *Extra);
  if (auto Fits = checkLayout(*Extra, Name, Merged, First); !Fits)
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
                              const Roots &Kept, BitcodeFinder More,
                              LLVMContext &Context,
                              DiagnosticCollector &Diagnostics) {
  ProgramIR Program;
  FileReader Reader(Kept.Rules, Program.Files, Context, Diagnostics);
  std::vector<std::string> InArchives;
  if (auto Done = Reader.readAll(Inputs, More, InArchives); !Done)
    return Done.error();
  auto Read = Reader.finish();
  if (!Read)
    return Read.error();
  auto LeftOut = prune(Inputs, *Read, Program.Files, Kept, Diagnostics);
  if (!LeftOut)
    return LeftOut.error();
  Program.LeftOut = std::move(*LeftOut);
  Program.LeftOut.InArchives = std::move(InArchives);
  auto Units = linkUnits(std::move(*Read), Program.Files, Diagnostics);
  if (!Units)
    return Units.error();
  Program.Units = std::move(*Units);
  return Program;
}

Expected<ProgramIR> loadApart(const std::vector<InputFile> &Inputs,
                              BitcodeFinder More, LLVMContext &Context,
                              DiagnosticCollector &Diagnostics) {
  ProgramIR Program;
  FileReader Reader(nullptr, Program.Files, Context, Diagnostics);
  if (auto Done = Reader.readAll(Inputs, More, Program.LeftOut.InArchives);
      !Done)
    return Done.error();
  ReadModules Read = Reader.takeAll();
  for (size_t Next = 0; Next != Read.Modules.size();) {
    uint32_t File = Read.FileOf[Next];
    std::optional<UnitLinker> Linked;
    for (; Next != Read.Modules.size() && Read.FileOf[Next] == File; ++Next) {
      if (auto Merged =
              readWhole(*Read.Modules[Next], Inputs[File], Diagnostics);
          !Merged)
        return Merged.error();
      if (!Linked)
        Linked.emplace(std::move(Read.Modules[Next]), File, Program.Files,
                       Diagnostics);
      else if (auto Added = Linked->add(std::move(Read.Modules[Next]), File);
               !Added)
        return Added.error();
    }
    auto Made = Linked->finish();
    if (!Made)
      return Made.error();
    Program.Units.push_back(std::move(*Made));
  }
  return Program;
}

} // namespace remoterun::jit

//===- ModuleLoader.cpp - Input files to one verified module --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/ModuleLoader.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmErrors.h"
#include "jit/ir/Normalize.h"
#include "jit/ir/Structors.h"
#include "jit/object/DuplicateSymbols.h"
#include "jit/object/ForeignInput.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/AutoUpgrade.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// \p Text, with what there is to say of IR that another LLVM has made.
Failure unreadableText(const InputFile &File, std::string Text) {
  std::string Hint = describeOtherVersion(*File.Contents);
  if (!Hint.empty())
    Text += "\n  '" + File.Name + "': " + Hint;
  return {Blame::Input, std::move(Text)};
}

Failure parseFailure(const InputFile &File, const SMDiagnostic &Diagnostic) {
  const std::string &Name = File.Name;
  if (std::string Hint = describeForeignText(*File.Contents); !Hint.empty())
    return {Blame::Input, "'" + Name + "' is not LLVM IR: " + Hint};
  std::string Text;
  raw_string_ostream Stream(Text);
  Diagnostic.print(nullptr, Stream, /*ShowColors=*/false,
                   /*ShowKindLabel=*/false);
  // LLVM names the file only where it has a line of it.
  std::string Trimmed = StringRef(Text).rtrim().str();
  if (!StringRef(Trimmed).starts_with(Name))
    Trimmed = "'" + Name + "': " + Trimmed;
  return unreadableText(File, "cannot read IR: " + Trimmed);
}

Failure unreadable(const InputFile &File, Error E) {
  return unreadableText(File, "cannot read IR of '" + File.Name +
                                  "': " + toString(std::move(E)));
}

/// LLVM's readers verify a module with debug information by themselves, print
/// what they find and end the process: verify() does it in their place.
void takeOverDebugInfoUpgrade() {
  auto &Options = cl::getRegisteredOptions();
  auto Found = Options.find("disable-auto-upgrade-debug-info");
  if (Found != Options.end())
    Found->second->addOccurrence(0, "", "true");
}

/// What UpgradeDebugInfo() of LLVM's AutoUpgrade does: without debug
/// information that is broken, or of another version, a program still runs.
void dropUnusableDebugInfo(Module &M, bool IsBroken) {
  unsigned Version = getDebugMetadataVersionFromModule(M);
  if (Version == DEBUG_METADATA_VERSION && !IsBroken)
    return;
  if (IsBroken)
    M.getContext().diagnose(DiagnosticInfoIgnoringInvalidDebugMetadata(M));
  if (StripDebugInfo(M) && Version != DEBUG_METADATA_VERSION)
    M.getContext().diagnose(DiagnosticInfoDebugMetadataVersion(M, Version));
}

Expected<void> verify(Module &M, const std::string &Name) {
  std::string Text;
  raw_string_ostream Stream(Text);
  bool HasBrokenDebugInfo = false;
  if (verifyModule(M, &Stream, &HasBrokenDebugInfo))
    return Failure{Blame::Input, "IR of '" + Name + "' does not verify: " +
                                     StringRef(Text).rtrim().str()};
  dropUnusableDebugInfo(M, HasBrokenDebugInfo);
  return {};
}

/// A file of -flto=thin may hold two modules that belong together.
Expected<std::unique_ptr<Module>>
parseSeveral(std::vector<BitcodeModule> &Parts, const InputFile &File,
             LLVMContext &Context) {
  std::unique_ptr<Module> Whole;
  for (BitcodeModule &Part : Parts) {
    auto Parsed = Part.parseModule(Context);
    if (!Parsed)
      return unreadable(File, Parsed.takeError());
    if (!Whole) {
      Whole = std::move(*Parsed);
      continue;
    }
    reconcileModules(*Whole, **Parsed);
    if (Linker::linkModules(*Whole, std::move(*Parsed)))
      return Failure{Blame::Input,
                     "cannot link the modules in '" + File.Name + "'"};
  }
  return Whole;
}

/// Function bodies of bitcode are left unread: see Reachability. The module
/// goes on to read from \p File.
Expected<std::unique_ptr<Module>> parse(const InputFile &File,
                                        LLVMContext &Context,
                                        DiagnosticCollector &Diagnostics) {
  setCrashContext("reading '" + File.Name + "'");
  std::unique_ptr<Module> M;
  MemoryBufferRef Contents = *File.Contents;
  if (File.isBitcode()) {
    auto Parts = getBitcodeModuleList(Contents);
    if (Parts && Parts->size() > 1)
      return parseSeveral(*Parts, File, Context);
    // The reader says it better.
    consumeError(Parts.takeError());
    auto Lazy = getLazyBitcodeModule(Contents, Context,
                                     /*ShouldLazyLoadMetadata=*/true);
    if (!Lazy)
      return unreadable(File, Lazy.takeError());
    M = std::move(*Lazy);
  } else {
    SMDiagnostic Diagnostic;
    // As the reader of bitcode does.
    auto Upgrade = [](StringRef Triple, StringRef Layout) {
      return std::optional(UpgradeDataLayoutString(Layout, Triple));
    };
    M = parseIR(Contents, Diagnostic, Context, ParserCallbacks(Upgrade));
    if (!M)
      return parseFailure(File, Diagnostic);
  }
  if (auto Checked = Diagnostics.check(File.Name); !Checked)
    return Checked.error();
  return M;
}

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
Expected<std::vector<std::unique_ptr<Module>>>
readModules(const std::vector<InputFile> &Inputs, SourceFiles &Files,
            LLVMContext &Context, DiagnosticCollector &Diagnostics) {
  std::vector<std::unique_ptr<Module>> Read;
  StringMap<uint32_t> StrongIn;
  DuplicateSymbols Duplicates;
  for (const InputFile &Input : Inputs) {
    auto Number = static_cast<uint32_t>(Read.size());
    Files.Names.push_back(Input.Name);
    auto M = parse(Input, Context, Diagnostics);
    if (!M)
      return M.error();
    Read.push_back(std::move(*M));
    if (Inputs.size() == 1)
      break;
    recordDefinitions(*Read.back(), Number, Files, StrongIn, Duplicates);
  }
  if (auto Unique = Duplicates.check(); !Unique)
    return Unique.error();
  return Read;
}

/// Reads the bodies of what is reachable, and verifies that.
Expected<LeftOutSymbols> prune(const std::vector<InputFile> &Inputs,
                               const std::vector<std::unique_ptr<Module>> &Read,
                               const SourceFiles &Files, const Roots &Kept,
                               const DiagnosticCollector &Diagnostics) {
  std::vector<Module *> Modules;
  for (const std::unique_ptr<Module> &Each : Read)
    Modules.push_back(Each.get());
  Reachability Found(Modules);
  if (Error E = Found.findFrom(Kept))
    return unreadable(Inputs[Found.failedModule()], std::move(E));
  auto LeftOut = Found.prune();
  if (!LeftOut)
    return unreadable(Inputs[Found.failedModule()], LeftOut.takeError());
  if (auto Checked = Diagnostics.check(Files.together()); !Checked)
    return Checked.error();
  for (size_t Number = 0; Number != Read.size(); ++Number)
    if (auto Verified = verify(*Read[Number], Files.Names[Number]); !Verified)
      return Verified.error();
  return std::move(*LeftOut);
}

/// llvm::Linker would only warn.
Expected<void> checkLayout(const Module &M, const std::string &Name,
                           const Module &Whole, const SourceFiles &Files) {
  const std::string &Its = M.getDataLayoutStr(),
                    &Ours = Whole.getDataLayoutStr();
  if (Its == Ours)
    return {};
  return Failure{Blame::Input, "'" + Name + "': the module's data layout '" +
                                   Its + "' is not that of '" +
                                   Files.mainFile() + "', which is '" + Ours +
                                   "'"};
}

/// Links all into the first.
Expected<void> link(std::vector<std::unique_ptr<Module>> &Read,
                    const SourceFiles &Files,
                    const DiagnosticCollector &Diagnostics) {
  setCrashContext("linking '" + Files.together() + "'");
  Module &Whole = *Read.front();
  separateAliasedDefinitions(Whole);
  dissolvePlainGroups(Whole);
  orderStructors(Whole);
  Linker IRLinker(Whole);
  for (size_t Number = 1; Number != Read.size(); ++Number) {
    std::unique_ptr<Module> &Extra = Read[Number];
    const std::string &Name = Files.Names[Number];
    reconcileModules(Whole, *Extra);
    if (auto Fits = checkLayout(*Extra, Name, Whole, Files); !Fits)
      return Fits;
    separateAliasedDefinitions(*Extra);
    dissolvePlainGroups(*Extra);
    orderStructors(*Extra);
    bool LinkFailed = IRLinker.linkInModule(std::move(Extra));
    if (auto Checked = Diagnostics.check(Name); !Checked)
      return Checked.error();
    if (LinkFailed)
      return Failure{Blame::Input, "cannot link '" + Name + "' with '" +
                                       Files.mainFile() + "'"};
  }
  keepStructorOrder(Whole);
  return verify(Whole, Files.together());
}

} // namespace

Expected<LinkedModule> loadModules(const std::vector<InputFile> &Inputs,
                                   const Roots &Kept, LLVMContext &Context,
                                   DiagnosticCollector &Diagnostics) {
  takeOverDebugInfoUpgrade();
  LinkedModule Program;
  auto Read = readModules(Inputs, Program.Files, Context, Diagnostics);
  if (!Read)
    return Read.error();
  auto LeftOut = prune(Inputs, *Read, Program.Files, Kept, Diagnostics);
  if (!LeftOut)
    return LeftOut.error();
  Program.LeftOut = std::move(*LeftOut);
  if (Read->size() > 1)
    if (auto Linked = link(*Read, Program.Files, Diagnostics); !Linked)
      return Linked.error();
  Program.IR = std::move(Read->front());
  return Program;
}

Expected<LinkedModule> loadWhole(const InputFile &Input, LLVMContext &Context,
                                 DiagnosticCollector &Diagnostics) {
  takeOverDebugInfoUpgrade();
  LinkedModule Alone;
  Alone.Files.Names = {Input.Name};
  auto M = parse(Input, Context, Diagnostics);
  if (!M)
    return M.error();
  Alone.IR = std::move(*M);
  if (Error E = Alone.IR->materializeAll())
    return unreadable(Input, std::move(E));
  if (auto Checked = Diagnostics.check(Input.Name); !Checked)
    return Checked.error();
  if (auto Verified = verify(*Alone.IR, Input.Name); !Verified)
    return Verified.error();
  return Alone;
}

} // namespace remoterun::jit

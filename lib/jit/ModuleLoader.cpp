//===- ModuleLoader.cpp - Input files to one verified module --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ModuleLoader.h"
#include "jit/LlvmErrors.h"
#include "jit/Normalize.h"
#include "jit/Structors.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

std::string displayName(const std::string &File) {
  return File == "-" ? "<stdin>" : File;
}

bool isBitcode(StringRef Contents) {
  return identify_magic(Contents) == file_magic::bitcode;
}

/// Whether a line of it could be shown to a person.
bool looksLikeText(StringRef Contents) {
  constexpr size_t Looked = 4096;
  return all_of(Contents.take_front(Looked), [](unsigned char C) {
    return (C >= 0x20 && C != 0x7f) || (C >= '\t' && C <= '\r');
  });
}

/// What a person probably meant, for files that are no IR at all.
std::string hintFor(StringRef Contents) {
  switch (identify_magic(Contents)) {
  case file_magic::elf_relocatable:
    return "this is an object file: pass it with --extra-object=FILE, beside "
           "the IR that needs it";
  case file_magic::archive:
    return "this is an archive: pass it with --extra-archive=FILE, beside the "
           "IR that needs it";
  case file_magic::elf:
  case file_magic::elf_executable:
  case file_magic::elf_shared_object:
    return "this is a linked ELF file; remote-run takes LLVM IR (clang -S "
           "-emit-llvm, or -c -emit-llvm)";
  default:
    return looksLikeText(Contents) || isBitcode(Contents)
               ? ""
               : "it is neither bitcode nor text";
  }
}

Failure parseFailure(const std::string &Name, const SMDiagnostic &Diagnostic) {
  std::string Text;
  raw_string_ostream Stream(Text);
  Diagnostic.print(nullptr, Stream, /*ShowColors=*/false,
                   /*ShowKindLabel=*/false);
  // LLVM names the file only where it has a line of it.
  std::string Trimmed = StringRef(Text).rtrim().str();
  if (!StringRef(Trimmed).starts_with(Name))
    Trimmed = "'" + Name + "': " + Trimmed;
  return {Blame::Input, "cannot read IR: " + Trimmed};
}

Expected<void> verify(const Module &M, const std::string &Name) {
  std::string Text;
  raw_string_ostream Stream(Text);
  if (!verifyModule(M, &Stream))
    return {};
  return Failure{Blame::Input, "IR of '" + Name + "' does not verify: " +
                                   StringRef(Text).rtrim().str()};
}

/// A file of -flto=thin may hold two modules that belong together.
Expected<std::unique_ptr<Module>>
parseSeveral(std::vector<BitcodeModule> &Parts, const std::string &Name,
             LLVMContext &Context) {
  std::unique_ptr<Module> Whole;
  for (BitcodeModule &Part : Parts) {
    auto Parsed = Part.parseModule(Context);
    if (!Parsed)
      return fromLlvm(Blame::Input, "cannot read IR of '" + Name + "'",
                      Parsed.takeError());
    if (!Whole) {
      Whole = std::move(*Parsed);
      continue;
    }
    reconcileModules(*Whole, **Parsed);
    if (Linker::linkModules(*Whole, std::move(*Parsed)))
      return Failure{Blame::Input, "cannot link the modules in '" + Name + "'"};
  }
  return Whole;
}

Expected<std::unique_ptr<Module>>
parse(MemoryBufferRef Contents, const std::string &Name, LLVMContext &Context) {
  if (isBitcode(Contents.getBuffer())) {
    auto Parts = getBitcodeModuleList(Contents);
    if (Parts && Parts->size() > 1)
      return parseSeveral(*Parts, Name, Context);
    // parseIR says it better.
    consumeError(Parts.takeError());
  }
  SMDiagnostic Diagnostic;
  std::unique_ptr<Module> M = parseIR(Contents, Diagnostic, Context);
  if (!M)
    return parseFailure(Name, Diagnostic);
  return M;
}

std::string hashOf(StringRef Contents) {
  auto Hash = BLAKE3::hash(arrayRefFromStringRef(Contents));
  return std::string(Hash.begin(), Hash.end());
}

/// Reads one file; its hash is appended to \p Hashes unless that is null.
Expected<std::unique_ptr<Module>> loadModule(const std::string &File,
                                             std::vector<std::string> *Hashes,
                                             LLVMContext &Context,
                                             DiagnosticCollector &Diagnostics) {
  std::string Name = displayName(File);
  auto Buffer = MemoryBuffer::getFileOrSTDIN(File);
  if (!Buffer)
    return Failure{Blame::Input, "cannot read '" + Name +
                                     "': " + Buffer.getError().message()};
  if (std::string Hint = hintFor((*Buffer)->getBuffer()); !Hint.empty())
    return Failure{Blame::Input, "'" + Name + "' is not LLVM IR: " + Hint};
  if (Hashes)
    Hashes->push_back(hashOf((*Buffer)->getBuffer()));
  auto M = parse(**Buffer, Name, Context);
  if (!M)
    return M.error();
  if (auto Checked = Diagnostics.check(Name); !Checked)
    return Checked.error();
  if (auto Verified = verify(**M, Name); !Verified)
    return Verified.error();
  return M;
}

bool isStrongDefinition(const GlobalValue &Value) {
  return Value.hasExternalLinkage() && !Value.isDeclaration();
}

/// IRMover would say that a symbol is multiply defined, but not where.
Expected<void> checkDuplicates(const Module &Into, const Module &From,
                               const StringMap<std::string> &FileOfSymbol,
                               const std::string &FromFile) {
  for (const GlobalValue &Value : From.global_values()) {
    if (!isStrongDefinition(Value))
      continue;
    const GlobalValue *Other = Into.getNamedValue(Value.getName());
    if (!Other || !isStrongDefinition(*Other))
      continue;
    std::string Name = Value.getName().str();
    return Failure{Blame::Input, "duplicate symbol: " + Name +
                                     "\n>>> defined in " +
                                     FileOfSymbol.lookup(Name) +
                                     "\n>>> defined in " + FromFile};
  }
  return {};
}

void recordDefinitions(const Module &M, const std::string &File,
                       StringMap<std::string> &FileOfSymbol) {
  for (const GlobalValue &Value : M.global_values())
    if (!Value.isDeclaration() && !Value.hasAvailableExternallyLinkage())
      FileOfSymbol.try_emplace(Value.getName(), File);
}

} // namespace

std::string LinkedModule::fileOf(StringRef Function) const {
  auto Found = FileOfFunction.find(Function);
  return Found == FileOfFunction.end() ? MainFile : Found->second;
}

namespace {

Expected<LinkedModule> loadAlone(const std::string &File, bool HashContents,
                                 LLVMContext &Context,
                                 DiagnosticCollector &Diagnostics) {
  LinkedModule Alone;
  Alone.MainFile = displayName(File);
  auto IR = loadModule(File, HashContents ? &Alone.ContentHashes : nullptr,
                       Context, Diagnostics);
  if (!IR)
    return IR.error();
  Alone.IR = std::move(*IR);
  return Alone;
}

} // namespace

Expected<LinkedModule> loadModules(const std::string &File,
                                   const std::vector<std::string> &ExtraFiles,
                                   bool KeepApart, LLVMContext &Context,
                                   DiagnosticCollector &Diagnostics) {
  auto Main = loadAlone(File, KeepApart, Context, Diagnostics);
  if (!Main || ExtraFiles.empty())
    return Main;
  if (KeepApart) {
    for (const std::string &ExtraFile : ExtraFiles) {
      auto Extra = loadAlone(ExtraFile, KeepApart, Context, Diagnostics);
      if (!Extra)
        return Extra.error();
      Main->Others.push_back(std::move(*Extra));
    }
    return Main;
  }
  LinkedModule Program = std::move(*Main);

  separateAliasedDefinitions(*Program.IR);
  orderStructors(*Program.IR);
  recordDefinitions(*Program.IR, Program.MainFile, Program.FileOfFunction);
  Linker IRLinker(*Program.IR);
  for (const std::string &ExtraFile : ExtraFiles) {
    std::string Name = displayName(ExtraFile);
    auto Extra = loadModule(ExtraFile, nullptr, Context, Diagnostics);
    if (!Extra)
      return Extra.error();
    if (auto Checked =
            checkDuplicates(*Program.IR, **Extra, Program.FileOfFunction, Name);
        !Checked)
      return Checked.error();
    reconcileModules(*Program.IR, **Extra);
    separateAliasedDefinitions(**Extra);
    orderStructors(**Extra);
    recordDefinitions(**Extra, Name, Program.FileOfFunction);
    bool LinkFailed = IRLinker.linkInModule(std::move(*Extra));
    if (auto Checked = Diagnostics.check(Name); !Checked)
      return Checked.error();
    if (LinkFailed)
      return Failure{Blame::Input, "cannot link '" + Name + "' with '" +
                                       Program.MainFile + "'"};
  }
  keepStructorOrder(*Program.IR);
  if (auto Verified = verify(*Program.IR, Program.MainFile + "' linked with '" +
                                              ExtraFiles.back());
      !Verified)
    return Verified.error();
  return Program;
}

} // namespace remoterun::jit

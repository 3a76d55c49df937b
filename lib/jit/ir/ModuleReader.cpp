//===- ModuleReader.cpp - A file of IR as modules -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/ModuleReader.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/CrashGuard.h"
#include "jit/base/LlvmErrors.h"
#include "jit/object/ForeignInput.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/AutoUpgrade.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
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

} // namespace

Failure unreadable(const InputFile &File, Error E) {
  return unreadableText(File, "cannot read IR of '" + File.Name +
                                  "': " + toString(std::move(E)));
}

namespace {

/// Whether some of \p M is described. What has no description has no use for
/// lines: code generation looks at none.
bool hasDebugInfo(const Module &M) {
  return M.getNamedMetadata("llvm.dbg.cu") ||
         any_of(M.functions(),
                [](const Function &F) { return F.getSubprogram(); }) ||
         any_of(M.globals(), [](const GlobalVariable &Variable) {
           return Variable.hasMetadata(LLVMContext::MD_dbg);
         });
}

/// What UpgradeDebugInfo() of LLVM's AutoUpgrade does: without debug
/// information that is broken, or of another version, a program still runs.
void dropUnusableDebugInfo(Module &M, bool IsBroken) {
  unsigned Version = getDebugMetadataVersionFromModule(M);
  if (!IsBroken && (Version == DEBUG_METADATA_VERSION || !hasDebugInfo(M)))
    return;
  if (IsBroken)
    M.getContext().diagnose(DiagnosticInfoIgnoringInvalidDebugMetadata(M));
  if (StripDebugInfo(M) && Version != DEBUG_METADATA_VERSION)
    M.getContext().diagnose(DiagnosticInfoDebugMetadataVersion(M, Version));
}

/// A file of -flto=thin may hold two modules that belong together.
Expected<ModuleList> parseSeveral(std::vector<BitcodeModule> &Parts,
                                  const InputFile &File, LLVMContext &Context) {
  ModuleList All;
  for (BitcodeModule &Part : Parts) {
    auto Parsed = Part.parseModule(Context);
    if (!Parsed)
      return unreadable(File, Parsed.takeError());
    All.push_back(std::move(*Parsed));
  }
  return All;
}

Expected<ModuleList> parse(const InputFile &File, LLVMContext &Context) {
  MemoryBufferRef Contents = *File.Contents;
  ModuleList Only;
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
    Only.push_back(std::move(*Lazy));
    return Only;
  }
  SMDiagnostic Diagnostic;
  // As the reader of bitcode does.
  auto Upgrade = [](StringRef Triple, StringRef Layout) {
    return std::optional(UpgradeDataLayoutString(Layout, Triple));
  };
  Only.push_back(
      parseIR(Contents, Diagnostic, Context, ParserCallbacks(Upgrade)));
  if (!Only.front())
    return parseFailure(File, Diagnostic);
  return Only;
}

} // namespace

Expected<ModuleList> readModules(const InputFile &File, LLVMContext &Context,
                                 const DiagnosticCollector &Diagnostics) {
  // verify() does it.
  takeOverDebugInfoUpgrade();
  setCrashContext("reading '" + File.Name + "'");
  auto Read = parse(File, Context);
  if (!Read)
    return Read;
  if (auto Checked = Diagnostics.check(File.Name); !Checked)
    return Checked.error();
  return Read;
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

} // namespace remoterun::jit

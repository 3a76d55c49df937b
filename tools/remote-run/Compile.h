//===- Compile.h - From input files to a program that can be linked -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_COMPILE_H
#define REMOTERUN_TOOLS_COMPILE_H

#include "DebugFile.h"
#include "FilesOfOptions.h"
#include "Options.h"
#include "Progress.h"
#include "controller/session/Session.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CompiledProgram.h"
#include "jit/ir/ModuleLoader.h"
#include "jit/link/Program.h"
#include "jit/link/ProgramRecord.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LLVMContext.h"

#include <memory>
#include <optional>

namespace remoterun {

/// What the executor said before the program was compiled (SymbolLookup.h).
struct EarlySymbols {
  bool WasAsked = false;
  llvm::StringMap<ExecutorAddr> Found;
  jit::ImportedSymbols Imported;
  llvm::StringSet<> WeakAndMissing;
  /// Of what was left out, by the libraries that were loaded then.
  bool NothingIsReferenced = false;
  /// The definitions of the program that it was asked about, in order; and
  /// which of them libraries refer to.
  llvm::StringSet<> Defined, Exported;
  /// How many functions refer to each of the missing symbols, beside those that
  /// were compiled to show it.
  llvm::StringMap<size_t> Further;
};

/// Everything that is made on the way.
struct Workshop {
  explicit Workshop(const Options &Chosen);

  std::vector<jit::InputFile> Inputs;
  std::optional<jit::CompilationCache> Cache;
  FilesOfOptions OptionFiles; ///< If there is a cache, or lli's.
  /// Why there will be no entry for the program, though one was asked for.
  std::string NotKept;
  /// Objects and archives, once they have been read.
  std::optional<std::vector<jit::NativeFile>> Native;
  /// Definitions that turned out to be needed although nothing in the program
  /// refers to them.
  std::vector<std::string> WantedByLibraries;
  std::vector<std::string> WantedByCode;

  /// For the IR, unless the cache had what is made of it.
  std::unique_ptr<llvm::LLVMContext> Context;
  jit::DiagnosticCollector Diagnostics;
  /// What --passes made of the inputs, and said.
  std::vector<jit::InputFile> Optimized;
  std::string PrintedByPasses;
  std::vector<std::string> WarningsOfPasses;
  std::vector<std::string> Remarks; ///< Of code generation.
  /// LLVM has counted nothing, though it was asked to.
  bool LacksStatistics = false;
  jit::ProgramIR IR;

  std::optional<jit::CompiledProgram> Compiled;
  jit::Program Program;
  EarlySymbols Early;
  llvm::StringSet<> SpareLoaded; ///< By Text (LinkLine::SpareLibrary).
  jit::SymbolAddresses Addresses;
  /// What has no address yet, since its library is loaded with the program; and
  /// all such libraries, as the last answer had them.
  jit::ImportedSymbols Imported;
  std::vector<std::string> Needed;
  bool IsAsking = false; ///< An answer to the last question will come.
  /// What the last question offered beside what was left out, of which there
  /// was so much.
  std::vector<llvm::StringRef> Offered;
  size_t SpareLeftOut = 0;
  /// The definitions that libraries refer to, or that everybody shall find.
  llvm::StringSet<> Exported;
  std::optional<jit::RemoteEngine> Engine;
  /// Why the program is none, where it had to be placed again.
  std::string WhyNoImage;
  CompileProgress Progress;

  /// What is known of the program, for who describes it. Made when it is asked
  /// for, from what was linked.
  jit::ProgramRecord &record();
  /// Lets go what the program was made from, once it runs and there is a
  /// record of it.
  void letGo();

  std::optional<jit::ProgramRecord> Record;
  std::optional<DebugFile> ForDebuggers; ///< If they may come later.
};

/// Reads the program: finds it in the cache, or loads its IR.
Expected<void> readProgram(const Options &Chosen, Workshop &Shop);

/// Compiles what was read, unless the cache had it, joins it with the native
/// inputs and makes an engine for it.
Expected<void> compile(const Options &Chosen, Workshop &Shop,
                       controller::Session &Link);

/// An engine for the joined program; what Shop had before is gone.
Expected<void> makeEngine(Workshop &Shop);

/// After compile(): does it all again, this time with \p Names, which libraries
/// refer to.
Expected<void> compileAgainWith(const std::vector<std::string> &Names,
                                const Options &Chosen, Workshop &Shop,
                                controller::Session &Link);

/// The files that were given, to stand between quotes.
std::string inputNames(const Workshop &Shop);

/// What the program that was read says it is for; nothing, where it is silent.
llvm::Triple tripleOf(const Workshop &Shop);

/// What was to be said of the compilation that counts.
void reportWarnings(const Workshop &Shop);

} // namespace remoterun

#endif

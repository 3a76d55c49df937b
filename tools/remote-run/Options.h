//===- Options.h - What the command line asks for ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_OPTIONS_H
#define REMOTERUN_TOOLS_OPTIONS_H

#include "LauncherOptions.h"
#include "LimitOptions.h"
#include "LinkOptions.h"
#include "Saving.h"
#include "TargetOptions.h"
#include "controller/base/Failure.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/debug/CrashSymbolizer.h"
#include "wire/ExecutorAddr.h"
#include "wire/Messages.h"

#include "llvm/Support/CachePruning.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace remoterun {

/// For debuggers and profilers.
struct DebuggingOptions {
  /// Whether a debugger sees the program; by default, if it has debug
  /// information.
  std::optional<bool> Support;
  bool Wait = false;            ///< Until a debugger has attached.
  std::vector<std::string> Gdb; ///< The command to become; empty for none.
  /// Where to write perf's file; empty for a new folder.
  std::optional<std::string> PerfFolder;
};

struct Options {
  std::string InputFile = "-";
  std::vector<std::string> GuestArguments; ///< argv, argv[0] included.
  std::string EntryFunction = "main";
  bool StartsAgain = false; ///< It executed itself: nobody speaks of that.

  std::vector<std::string> ExtraModules;
  LinkLine Link;
  std::map<std::string, ExecutorAddr> AbsoluteSymbols;
  bool ProcessSymbols = true;
  bool AsImage = false; ///< A shared object for the dynamic linker.

  LaunchOptions Launch;
  TargetChoice Target;
  int PatienceMs = 10000; ///< For each wait on the executor.
  Limits Limited;
  /// Exits with 128+N in place of dying of the signal that ended the guest.
  bool SignalExitStatus = false;
  DebuggingOptions Debugging;
  /// How much is said of a crash of the guest; nothing but the signal if empty.
  std::optional<jit::SymbolDetail> Symbolize = jit::SymbolDetail::Full;

  jit::CodeGenOptions CodeGen;
  /// CodeGen is still to get the executor's processor (-mcpu=native).
  bool UsesExecutorCpu = false;
  std::string Passes;     ///< LLVM's pipeline to run first; empty for none.
  std::string PassesPath; ///< Of remote-passes.
  std::vector<std::string> OptimizerArguments; ///< For remote-passes.
  bool UseObjectCache = false;                 ///< lli's, by file name.
  std::string ObjectCacheDir;
  /// Where compiled programs are kept between runs; empty for nowhere.
  std::string CacheDirectory;
  llvm::CachePruningPolicy CachePolicy;
  unsigned Jobs = 1;   ///< Threads that compile.
  size_t PartSize = 0; ///< See Partition.h.
  SavingOptions Saving;
  /// What is asked for comes from compiling the program, as one: no cache has
  /// it.
  bool CompilesAnew = false;
  /// The options that change what is compiled, as they were given.
  std::vector<std::string> AsGiven;
  /// Those of code generation alone, and LLVM's, as they were given.
  std::vector<std::string> ForCodeGeneration;
  /// Where a failure of LLVM's leaves what shows it again; empty for nowhere.
  std::string CrashFolder;

  bool Trace = false;
  bool Stats = false;
};

/// What code generation depends on, beside the IR: for the keys of caches.
std::vector<std::string> codeGenerationChoices(const Options &Chosen);

/// Parses the whole command line. Handles --help and --version itself, by
/// printing and exiting.
Expected<Options> parseOptions(int Count, char **Values);

/// What --result-json named, also where parseOptions() has failed; empty for
/// none.
std::string resultFileGiven();

} // namespace remoterun

#endif

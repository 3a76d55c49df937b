//===- CompileSettings.h - How IR becomes objects ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_SETTINGS_COMPILESETTINGS_H
#define REMOTERUN_DRIVER_SETTINGS_COMPILESETTINGS_H

#include "jit/codegen/CodeGenerator.h"

#include "llvm/Support/CachePruning.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::driver {

/// Files that are written beside running the program; empty for none.
struct SavingSettings {
  std::optional<std::string> ObjectFolder; ///< Made if it is not there.
  std::string AssemblyFile;
  std::string MapFile;
};

/// How IR becomes objects.
struct CompileSettings {
  std::string InputFile = "-";
  std::vector<std::string> ExtraModules;
  std::string EntryFunction = "main"; ///< Empty for none.
  /// There is no program, but a module: others will refer to what it defines.
  bool IsOpenWorld = false;
  jit::CodeGenOptions CodeGen;
  std::string Passes;     ///< LLVM's pipeline to run first; empty for none.
  std::string PassesPath; ///< Of remote-passes.
  std::vector<std::string> OptimizerArguments; ///< For remote-passes.
  bool UseObjectCache = false;                 ///< lli's, by file name.
  std::string ObjectCacheDir;
  /// Where compiled programs are kept between runs; empty for nowhere.
  std::string CacheDirectory;
  llvm::CachePruningPolicy CachePolicy;
  unsigned Jobs = 1; ///< Threads that compile.
  /// Whether functions are compiled when they are called, and how many
  /// instructions make that worth while.
  bool IsLazy = false;
  size_t LeastLazy = 0;
  size_t PartSize = 0; ///< See Partition.h.
  SavingSettings Saving;
  /// What is asked for comes from compiling the program, as one: no cache has
  /// it.
  bool CompilesAnew = false;
  /// The options that change what is compiled, as they were given.
  std::vector<std::string> AsGiven;
  /// Those of code generation alone, and LLVM's, as they were given.
  std::vector<std::string> ForCodeGeneration;
  /// Where a failure of LLVM's leaves what shows it again; empty for nowhere.
  std::string CrashFolder;
};

} // namespace remoterun::driver

#endif

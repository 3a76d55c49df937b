//===- Compilation.h - A program on its way to objects ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_COMPILATION_H
#define REMOTERUN_DRIVER_COMPILE_COMPILATION_H

#include "driver/compile/KeptFunctions.h"
#include "driver/compile/LateWorkers.h"
#include "driver/settings/FilesOfOptions.h"
#include "driver/settings/Observer.h"
#include "driver/settings/RunSettings.h"
#include "jit/base/LlvmErrors.h"
#include "jit/cache/CompilationCache.h"
#include "jit/codegen/BodyFacts.h"
#include "jit/codegen/CompiledProgram.h"
#include "jit/ir/ModuleLoader.h"
#include "jit/object/InputObjects.h"
#include "jit/object/NativeInputs.h"

#include "llvm/IR/LLVMContext.h"

#include <memory>
#include <optional>

namespace remoterun::driver {

/// Files, each read once.
struct Sources {
  std::vector<jit::InputFile> Inputs;
  FilesOfOptions OptionFiles; ///< If there is a cache, or lli's.
  /// Objects and archives, once they have been read.
  std::optional<std::vector<jit::NativeFile>> Native;
};

/// Definitions that turned out to be needed although nothing in the program
/// refers to them.
struct WantedNames {
  std::vector<std::string> ByLibraries, ByCode;
};

/// Modules, all that is reachable.
struct LoadedIR {
  std::unique_ptr<llvm::LLVMContext> Context;
  /// What --passes made of the inputs.
  std::vector<jit::InputFile> Optimized;
  /// Of the one unit that there is then, if functions are read when they are
  /// compiled.
  std::optional<jit::UnreadBodies> Unread;
  jit::ProgramIR IR;

  /// Lets go of all modules.
  void clear() {
    IR = {};
    Unread.reset();
  }
};

/// What is to be said of the compilation that counts.
struct CompilationReport {
  std::string PrintedByPasses;
  std::vector<std::string> WarningsOfPasses;
  std::vector<std::string> Remarks; ///< Of code generation.
};

/// The stages of a program's compilation, each a value that the next is made
/// from. Where a later stage finds that more is wanted, those from Loaded on
/// are made anew.
struct Compilation {
  /// Both have to live as long as this.
  Compilation(const ProgramSettings &Settings, Observer &Watching);
  Compilation(const Compilation &) = delete;
  Compilation &operator=(const Compilation &) = delete;

  const ProgramSettings &Settings;
  Observer &Watching;
  std::optional<jit::CompilationCache> Cache;
  /// Why there will be no entry for the program, though one was asked for.
  std::string NotKept;

  Sources Read;
  WantedNames Wanted;
  /// What else its code depends on: for keys of the cache.
  std::vector<std::string> AlsoDependsOn;
  jit::DiagnosticCollector Diagnostics; ///< For the context of Loaded.
  /// Used up by the next, and empty where the cache had that.
  LoadedIR Loaded;
  bool LoadsWhole = false; ///< See loadWhole().
  CompilationReport Report;
  std::optional<jit::CompiledProgram> Compiled;
  /// In what could come late, if that was looked at.
  size_t Instructions = 0;
  /// Functions can be compiled when they are called: the executor has memory
  /// for so many. Nothing, if it has none.
  std::optional<jit::LateExtent> LateRoom;
  /// See LateWorkers.
  bool ReplacesLoops = false;
  /// What compiles those of Compiled; null for none.
  std::unique_ptr<LateWorkers> Late;
  /// Where they are kept, if they are to be.
  std::optional<LateEntry> ForLate;

  /// The files that were given, to stand between quotes.
  std::string inputNames() const;
  /// What the program that was read says it is for; nothing, where it is
  /// silent.
  llvm::Triple triple() const;
  /// That of triple(), or this machine's; null for one that nobody knows.
  const jit::Isa *isa() const;
  /// Tells whoever watches what is to be said.
  void reportWarnings() const;
  /// Lets all go.
  void letGo();
};

/// Reads the program: finds it in the cache, or loads its IR.
Expected<void> readProgram(Compilation &Work);

/// What readProgram() does with the files once they are open.
Expected<void> findProgram(Compilation &Work);

/// Reads the IR of the inputs, all that is reachable; functions that may be
/// compiled late stay unread, where that can be.
Expected<void> loadIR(Compilation &Work);

/// The same with all functions read, from here on. For who looks into them.
Expected<void> loadWhole(Compilation &Work);

} // namespace remoterun::driver

#endif

//===- ModuleCompiler.h - From a module to objects --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_MODULECOMPILER_H
#define REMOTERUN_DRIVER_OPEN_MODULECOMPILER_H

#include "controller/session/Session.h"
#include "driver/open/ReplaceableFunctions.h"
#include "driver/settings/RunSettings.h"
#include "jit/codegen/CompiledProgram.h"
#include "jit/ir/InputFiles.h"
#include "jit/object/InputObjects.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>
#include <vector>

namespace remoterun::driver {

/// A module as objects. It can be linked as often as it is wanted, for any
/// executor of its machine.
struct CompiledModule {
  std::string Name;          ///< For diagnostics and debuggers.
  jit::CompiledProgram Code; ///< With parts that are all here.
  /// Of each part that was found in the cache without its debug information,
  /// where that is; nothing for others.
  std::vector<jit::ObjectSource> WithDebugInfo;
  /// Of a module that is an object or an archive.
  std::vector<jit::NativeFile> Native;
  /// Functions whose names belong to entries; see compileModule().
  std::vector<ReplaceableFunction> Bodies;
  bool IsFromCache = false; ///< It was not compiled now.
  size_t FunctionsCompiled = 0;
};

/// Compiles \p Input for the executor of \p Facts, or finds it in the cache of
/// \p Settings. Weak definitions of names
/// for which \p IsKnown is true are left to who has defined them before, as a
/// linker does. With \p BodySuffix, its functions are bodies, whose names end
/// so. Adds what is to be said, and is no failure, to \p Warnings.
Expected<CompiledModule>
compileModule(const ProgramSettings &Settings, jit::InputFile Input,
              const controller::ExecutorFacts &Facts,
              llvm::function_ref<bool(llvm::StringRef)> IsKnown,
              llvm::StringRef BodySuffix, std::vector<std::string> &Warnings);

} // namespace remoterun::driver

#endif

//===- KeptModule.h - Modules that were compiled before ---------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The cache of programs (ProgramCache.h) has modules, too. What a module is
// compiled to depends on more than its bytes: of weak definitions, and of
// groups of them, those go that a module has which was added before. Which
// names that can be is in an entry of its own, the module's outline; with those
// of them that are known, its objects are found without reading its IR.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_KEPTMODULE_H
#define REMOTERUN_DRIVER_OPEN_KEPTMODULE_H

#include "driver/compile/Compilation.h"
#include "driver/open/ReplaceableFunctions.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>
#include <vector>

namespace remoterun::driver {

/// What has to be known of a module's IR, once that is not there.
struct ModuleOutline {
  /// Whose definitions it leaves to who has defined them before.
  std::vector<std::string> Yielding;
  /// See CompiledModule.
  std::vector<ReplaceableFunction> Bodies;
};

/// The module that the input in \p Work is, with functions whose names end in
/// \p BodySuffix, if there is a cache and it has that for what \p IsKnown: its
/// objects are in \p Work then.
std::optional<ModuleOutline>
findKeptModule(Compilation &Work, const controller::ExecutorFacts &Facts,
               llvm::function_ref<bool(llvm::StringRef)> IsKnown,
               llvm::StringRef BodySuffix);

/// Keeps what \p Work has compiled, if there is a cache.
void keepModule(Compilation &Work, const ModuleOutline &Outline,
                llvm::function_ref<bool(llvm::StringRef)> IsKnown,
                llvm::StringRef BodySuffix);

} // namespace remoterun::driver

#endif

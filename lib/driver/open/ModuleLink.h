//===- ModuleLink.h - From objects to a module of an executor ---*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The straight line of a program, for something smaller: resolve, look up, lay
// out, relocate, ship. A module's undefined symbols are those of modules that
// were added before, and then the executor's.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_OPEN_MODULELINK_H
#define REMOTERUN_DRIVER_OPEN_MODULELINK_H

#include "controller/base/LeasedFile.h"
#include "controller/session/OpenSession.h"
#include "driver/open/ModuleCompiler.h"
#include "driver/open/SlabRoom.h"
#include "jit/link/ProgramRecord.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace remoterun::driver {

/// What a module defines for others.
struct ModuleSymbol {
  std::string Name;
  ExecutorAddr Address;
  bool IsWeak = false;
  ExecutorAddr Slot; ///< Of an ifunc, what it leads to; null for others.
};

/// A module that is in an executor.
struct PlacedModule {
  ExecutorRange Place;
  std::vector<ModuleSymbol> Symbols;
  std::set<uint32_t> Uses; ///< The modules whose symbols it refers to.
  /// For who describes it; its objects are those of the compiled module.
  std::unique_ptr<jit::ProgramRecord> Record;
  /// What debuggers find by the dynamic linker's list, if that is wanted.
  std::optional<controller::LeasedFile> ForDebuggers = std::nullopt;
};

/// A name that some module defines.
struct KnownSymbol {
  uint32_t Module = 0;
  ExecutorAddr Address; ///< Null for what nothing has referred to yet.
  bool IsWeak = false;
};

/// What a link takes and changes beside the module.
struct ModuleScope {
  controller::OpenSession &Session;
  const LinkSettings &Settings;
  SlabRoom &Room;
  bool ForDebuggers; ///< They are to find the module by themselves.
  /// Null for what no module defines.
  llvm::function_ref<const KnownSymbol *(llvm::StringRef)> Find;
  /// The same for what is referred to, and is there then: other modules may be
  /// linked for that.
  llvm::function_ref<Expected<const KnownSymbol *>(llvm::StringRef)> Refer;
};

/// Links \p Compiled, sends it under \p Number and has it started. \p Compiled
/// is shared with the record of the result.
Expected<PlacedModule>
linkModule(uint32_t Number, const std::shared_ptr<CompiledModule> &Compiled,
           ModuleScope Scope);

} // namespace remoterun::driver

#endif

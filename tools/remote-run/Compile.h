//===- Compile.h - Everything from IR to linkable objects -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_COMPILE_H
#define REMOTERUN_TOOLS_COMPILE_H

#include "Options.h"
#include "controller/Session.h"
#include "jit/LlvmErrors.h"
#include "jit/ModuleLoader.h"
#include "jit/Program.h"

#include "llvm/IR/LLVMContext.h"

#include <optional>

namespace remoterun {

/// Everything that LLVM made on the way. Kept until the process ends: to free
/// it piece by piece would only delay the exit status.
struct Workshop {
  llvm::LLVMContext Context;
  jit::DiagnosticCollector Diagnostics;
  jit::LinkedModule IR;
  bool EntryReturnsVoid = false;
  jit::Program Program;
  jit::SymbolAddresses Addresses;
  std::optional<jit::RemoteEngine> Engine;
};

/// Fills in the program and its engine: compiles Shop.IR, which is used up, or
/// takes what a cache has of it, and joins it with the native inputs.
Expected<void> compile(const Options &Chosen, Workshop &Shop,
                       const controller::ExecutorFacts &Facts);

} // namespace remoterun

#endif

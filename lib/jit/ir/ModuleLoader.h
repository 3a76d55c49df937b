//===- ModuleLoader.h - Input files to one verified module ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MCJIT does not get weak and strong definitions in several modules right, so
// it never sees more than one: what the user gave is linked as IR first.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_MODULELOADER_H
#define REMOTERUN_JIT_IR_MODULELOADER_H

#include "controller/Failure.h"
#include "jit/base/SourceFiles.h"
#include "jit/ir/InputFiles.h"
#include "jit/ir/Reachability.h"

#include "llvm/IR/Module.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

class DiagnosticCollector;

/// The program's IR.
struct LinkedModule {
  std::unique_ptr<llvm::Module> IR;
  SourceFiles Files;
  /// Because nothing reachable refers to them.
  LeftOutSymbols LeftOut;
};

/// Reads of all \p Inputs, which must outlive this call, what is reachable from
/// \p Kept, verifies that and links it in order. A failure carries LLVM's own
/// message with file, line and caret.
Expected<LinkedModule> loadModules(const std::vector<InputFile> &Inputs,
                                   const Roots &Kept,
                                   llvm::LLVMContext &Context,
                                   DiagnosticCollector &Diagnostics);

/// Reads and verifies everything in one file: for lli's object cache, which has
/// an object for each.
Expected<LinkedModule> loadWhole(const InputFile &Input,
                                 llvm::LLVMContext &Context,
                                 DiagnosticCollector &Diagnostics);

} // namespace remoterun::jit

#endif

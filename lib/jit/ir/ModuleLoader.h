//===- ModuleLoader.h - Input files to verified units -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MCJIT does not get weak and strong definitions in several modules right: what
// the user gave is linked as IR where nothing can tell, and as objects by us
// where something can.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_MODULELOADER_H
#define REMOTERUN_JIT_IR_MODULELOADER_H

#include "jit/base/SourceFiles.h"
#include "jit/ir/InputFiles.h"
#include "jit/ir/Reachability.h"
#include "jit/ir/Unit.h"
#include "remote-run/Failure.h"

#include <vector>

namespace remoterun::jit {

class DiagnosticCollector;

/// The program's IR.
struct ProgramIR {
  SourceFiles Files;
  std::vector<Unit> Units; ///< In the order of the files.
  /// Because nothing reachable refers to them.
  LeftOutSymbols LeftOut;
};

/// Reads of all \p Inputs, which must outlive this call, what is reachable from
/// \p Kept, verifies that and links it in order, into as few units as can be. A
/// failure carries LLVM's own message with file, line and caret.
Expected<ProgramIR> loadUnits(const std::vector<InputFile> &Inputs,
                              const Roots &Kept, llvm::LLVMContext &Context,
                              DiagnosticCollector &Diagnostics);

/// Reads and verifies everything in each file, a unit of its own: for lli's
/// object cache, which has an object for each.
Expected<ProgramIR> loadApart(const std::vector<InputFile> &Inputs,
                              llvm::LLVMContext &Context,
                              DiagnosticCollector &Diagnostics);

} // namespace remoterun::jit

#endif

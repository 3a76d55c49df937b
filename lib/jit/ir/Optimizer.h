//===- Optimizer.h - LLVM's passes, in another process ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// To have LLVM's passes linked costs every start a millisecond, and most runs
// need none: remote-passes has them.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_OPTIMIZER_H
#define REMOTERUN_JIT_IR_OPTIMIZER_H

#include "remote-run/Failure.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace remoterun::jit {

struct OptimizerSettings {
  std::string Path;     ///< Of remote-passes.
  std::string Pipeline; ///< In the syntax of opt's -passes.
  /// Of CodeGenFlags.h, and LLVM's hidden ones, as they were given.
  std::vector<std::string> CodeGenArguments;
  std::string InputName; ///< What diagnostics call the module.
  /// Where a failure of LLVM's leaves what shows it again; empty for nowhere.
  std::string CrashFolder;
};

struct OptimizedModule {
  std::unique_ptr<llvm::MemoryBuffer> Bitcode;
  std::vector<std::string> Warnings;
  /// What passes printed that are there to print, to be passed on as it is.
  std::string Printed;
};

/// Runs the pipeline on \p M, whose functions must all have been read. Waits
/// for the result, and for no other child. A remote-passes that cannot be run
/// fails with the exit status that an executor would have.
Expected<OptimizedModule> optimize(const llvm::Module &M,
                                   const OptimizerSettings &Settings);

} // namespace remoterun::jit

#endif

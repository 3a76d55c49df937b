//===- Pipeline.h - LLVM's passes, by their names ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_PIPELINE_H
#define REMOTERUN_TOOLS_PIPELINE_H

#include "remote-run/Failure.h"

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <string>

namespace remoterun {

/// Runs the passes of \p Pipeline, in the syntax of opt's -passes, as opt does.
Expected<void> runPipeline(llvm::Module &M, llvm::TargetMachine &Machine,
                           const std::string &Pipeline);

} // namespace remoterun

#endif

//===- Compilation.h - IR to objects ----------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_COMPILATION_H
#define REMOTERUN_TOOLS_COMPILATION_H

#include "jit/object/NativeInputs.h"

#include "Compile.h"

namespace remoterun {

/// Compiles the IR in \p Shop, which is used up.
Expected<jit::CompiledProgram>
compileIR(const Options &Chosen, Workshop &Shop,
          const jit::NativeInputs &Inputs,
          const controller::ExecutorFacts &Facts);

/// Reads the IR of the inputs, all that is reachable.
Expected<void> loadIR(const Options &Chosen, Workshop &Shop);

/// Compiles the IR, unless the cache had the program, and joins it with the
/// native inputs.
Expected<void> compileAndJoin(const Options &Chosen, Workshop &Shop,
                              controller::Session &Link);

/// What code generation has found a use for: it calls functions that the IR
/// does not (lround), and assembly may spell names in its own ways.
std::vector<std::string> leftOutAndNeeded(const Workshop &Shop);

} // namespace remoterun

#endif

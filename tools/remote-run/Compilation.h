//===- Compilation.h - IR to objects ----------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_TOOLS_COMPILATION_H
#define REMOTERUN_TOOLS_COMPILATION_H

#include "Compile.h"

namespace remoterun {

/// Whether code for \p Target can run where it would be sent.
Expected<void> checkTarget(const llvm::Triple &Target, bool NeedsLowAddresses,
                           const controller::ExecutorFacts &Facts);

/// Compiles the IR in \p Shop, which is used up.
Expected<jit::CompiledProgram>
compileIR(const Options &Chosen, Workshop &Shop,
          const jit::NativeInputs &Inputs,
          const controller::ExecutorFacts &Facts);

} // namespace remoterun

#endif

//===- CodeGeneration.h - IR to objects -------------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_COMPILE_CODEGENERATION_H
#define REMOTERUN_DRIVER_COMPILE_CODEGENERATION_H

#include "controller/session/Session.h"
#include "driver/compile/Compilation.h"

namespace remoterun::driver {

/// Compiles the IR that \p Work has loaded, which is used up.
Expected<jit::CompiledProgram>
compileIR(Compilation &Work, const jit::NativeInputs &Inputs,
          const controller::ExecutorFacts &Facts);

} // namespace remoterun::driver

#endif

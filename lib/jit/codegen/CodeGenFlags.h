//===- CodeGenFlags.h - Code generation on the command line -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The flags that choose a target and how to compile for it mean the same to
// every tool, so that one can hand over to another what it was given.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_CODEGENFLAGS_H
#define REMOTERUN_JIT_CODEGEN_CODEGENFLAGS_H

#include "jit/codegen/CodeGenerator.h"
#include "jit/target/Isa.h"

namespace remoterun::jit {

/// Makes -O, -mtriple and LLVM's shared code generation flags options of
/// llvm::cl. Once, before any parsing that shall know them.
void registerCodeGenFlags();

/// What was chosen, after parsing.
Expected<CodeGenOptions> codeGenOptionsOfFlags();

/// The processor is to be the one that runs the program (-mcpu=native).
/// codeGenOptionsOfFlags() takes it to be this machine's.
bool isNativeProcessorWanted();

/// Compiles for the processor that \p Facts are of in place of this machine's.
void useProcessor(CodeGenOptions &Options, const Isa &Target,
                  const ProcessorFacts &Facts);

} // namespace remoterun::jit

#endif

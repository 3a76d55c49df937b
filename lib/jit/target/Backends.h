//===- Backends.h - LLVM's code generators in this program ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every code generator that a program links costs it time at each start: their
// options are objects that are made before main. So the program for this
// machine's own code has one, and another program has all. Each links one of
// the two definitions of what is declared here.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_BACKENDS_H
#define REMOTERUN_JIT_TARGET_BACKENDS_H

#include "llvm/TargetParser/Triple.h"

namespace remoterun::jit {

extern const bool HasAllBackends;

/// Makes LLVM know the target, its object files and its assembly. False where
/// this program does not have it. Any thread may ask.
bool initializeBackend(llvm::Triple::ArchType Arch);

} // namespace remoterun::jit

#endif

//===- Coroutines.h - Coroutines that were not split ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_COROUTINES_H
#define REMOTERUN_JIT_IR_COROUTINES_H

#include "remote-run/Failure.h"

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// Fails for a coroutine as a front end writes it: passes make functions of it
/// (LLVM's "Coroutines in LLVM"), and code generation has no words for what is
/// left otherwise.
Expected<void> checkCoroutines(const llvm::Module &M);

} // namespace remoterun::jit

#endif

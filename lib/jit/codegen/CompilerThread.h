//===- CompilerThread.h - A thread for code of LLVM's -----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_COMPILERTHREAD_H
#define REMOTERUN_JIT_CODEGEN_COMPILERTHREAD_H

#include <optional>
#include <pthread.h>

namespace remoterun::jit {

/// Starts a thread with room for the recursion of code generation, in which no
/// signal is handled but those that it is itself at fault for. Nothing, where
/// the system gives none.
std::optional<pthread_t> startCompilerThread(void *(*Run)(void *),
                                             void *Argument);

} // namespace remoterun::jit

#endif

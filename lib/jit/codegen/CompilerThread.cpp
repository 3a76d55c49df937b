//===- CompilerThread.cpp - A thread for code of LLVM's -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/CompilerThread.h"

#include <csignal>

namespace remoterun::jit {

std::optional<pthread_t> startCompilerThread(void *(*Run)(void *),
                                             void *Argument) {
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  // What is not used is not touched.
  constexpr size_t StackSize = 16 * 1024 * 1024;
  pthread_attr_setstacksize(&Attributes, StackSize);
  sigset_t All, Before;
  sigfillset(&All);
  for (int Fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP})
    sigdelset(&All, Fault);
  pthread_sigmask(SIG_SETMASK, &All, &Before);
  pthread_t Thread;
  bool IsThere = pthread_create(&Thread, &Attributes, Run, Argument) == 0;
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  pthread_attr_destroy(&Attributes);
  return IsThere ? std::optional(Thread) : std::nullopt;
}

} // namespace remoterun::jit

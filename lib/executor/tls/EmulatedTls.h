//===- EmulatedTls.h - Thread-local variables of the guest ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The guest's thread-local variables are emulated (LLVM's LowerEmuTLS, gcc's
// emutls): every access calls __emutls_get_address. libgcc's frees a thread's
// variables while the guest's own thread exit handlers still use them, and
// needs libgcc_s loaded; this one does neither.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_TLS_EMULATEDTLS_H
#define REMOTERUN_EXECUTOR_TLS_EMULATEDTLS_H

#include "remote-run/ExecutorAddr.h"

#include <cstddef>
#include <cstdint>

namespace remoterun::executor {

/// A variable as the compiler describes it, one for all threads. The layout is
/// part of the ABI between compiler and runtime.
struct EmulatedVariable {
  size_t Size;
  size_t Alignment;
  uintptr_t Index;          ///< 0 until the first access.
  const void *InitialValue; ///< Null for zeroes.
};

/// The calling thread's instance of \p Variable, made on first access, and kept
/// until the last round of the thread's destructors (pthread_key_create(3)).
/// Thread-safe; as async-signal-safe as malloc on the first access, and fully
/// on later ones.
void *emulatedTlsAddress(EmulatedVariable *Variable);

/// The variables that are described in \p Memory are about to go: frees all
/// threads' instances of them. No thread may use one any more.
void forgetEmulatedVariables(ExecutorRange Memory);

} // namespace remoterun::executor

#endif

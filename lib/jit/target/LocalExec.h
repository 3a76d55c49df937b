//===- LocalExec.h - Code for TLS at fixed offsets --------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The linker relaxations of ELF Handling For Thread-Local Storage, and of the
// x86-64 psABI, "Thread-Local Storage": code that finds out at run time where a
// thread-local variable is becomes code that knows.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_LOCALEXEC_H
#define REMOTERUN_JIT_TARGET_LOCALEXEC_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace remoterun::jit {

/// Relocations of x86-64 for thread-local variables.
bool isThreadLocalRelocation(uint32_t Type);

/// A relocation of a sequence that another one completes with the variable.
bool needsNoVariable(uint32_t Type);

/// The relocation behind this one is for the call of __tls_get_addr.
bool hasCall(uint32_t Type);

/// Rewrites the instructions at \p Offset in \p Code for a variable at
/// \p Distance, addend included, from the thread pointer. False, and nothing is
/// changed, where they are none that the psABI knows for \p Type, or the
/// distance does not fit.
bool makeLocalExec(llvm::MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance);

/// Rewrites the instruction at \p Offset, which is for a thread-local
/// descriptor (lea x@tlsdesc(%rip), %reg), to one that loads the variable's
/// offset from the thread pointer (mov x@gottpoff(%rip), %reg). The call that
/// follows is dropped by makeLocalExec(). False where it is another.
bool makeInitialExec(llvm::MutableArrayRef<uint8_t> Code, uint64_t Offset);

} // namespace remoterun::jit

#endif

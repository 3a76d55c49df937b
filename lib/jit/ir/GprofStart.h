//===- GprofStart.h - What gcrt1.o does for -pg -----------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// gcc's manual has it that -pg is for the compiler and for the linker. For the
// linker it means other start files: glibc's gcrt1.o begins the profile before
// any constructor, and has it written when the program exits.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_GPROFSTART_H
#define REMOTERUN_JIT_IR_GPROFSTART_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// Whether code of \p M was compiled with -pg, and the program leaves it to
/// libc what that code calls. \p Defines tells whether a native input defines a
/// symbol.
bool callsForGprof(const llvm::Module &M,
                   llvm::function_ref<bool(llvm::StringRef)> Defines);

/// Adds the first of all constructors, which begins a profile of the program's
/// code (glibc, gmon/gmon.c: __monstartup and _mcleanup).
void startGprof(llvm::Module &M);

} // namespace remoterun::jit

#endif

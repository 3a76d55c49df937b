//===- X86_64LocalExec.h - x86-64 code for TLS at fixed offsets -*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_X86_64LOCALEXEC_H
#define REMOTERUN_JIT_TARGET_X86_64LOCALEXEC_H

#include "jit/target/ThreadLocalCode.h"

namespace remoterun::jit::x86_64 {

// The functions of a ThreadLocalCode.
ThreadLocalRule threadLocalRule(uint32_t Type);
bool makeLocalExec(llvm::MutableArrayRef<uint8_t> Code, uint64_t Offset,
                   uint32_t Type, int64_t Distance);

} // namespace remoterun::jit::x86_64

#endif

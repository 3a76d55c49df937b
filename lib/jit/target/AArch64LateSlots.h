//===- AArch64LateSlots.h - Entries of functions that come later *- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_TARGET_AARCH64LATESLOTS_H
#define REMOTERUN_JIT_TARGET_AARCH64LATESLOTS_H

#include "jit/target/LateSlots.h"

namespace remoterun::jit::aarch64 {

/// See LateCode::Assembly.
std::string lateSlots(llvm::ArrayRef<LateSymbol> Functions,
                      llvm::ArrayRef<LateSymbol> Outside);

} // namespace remoterun::jit::aarch64

#endif

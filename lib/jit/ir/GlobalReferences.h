//===- GlobalReferences.h - What a global value refers to -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_IR_GLOBALREFERENCES_H
#define REMOTERUN_JIT_IR_GLOBALREFERENCES_H

#include "llvm/ADT/STLFunctionalExtras.h"

namespace llvm {
class Constant;
class GlobalValue;
} // namespace llvm

namespace remoterun::jit {

/// Calls \p Visit with every global value in \p Used, which may be one; with
/// none twice.
void forEachGlobal(llvm::Constant &Used,
                   llvm::function_ref<void(llvm::GlobalValue &)> Visit);

/// Calls \p Visit with every global value that the definition of \p Value
/// refers to, its body if that is there; with some more than once.
void forEachReference(llvm::GlobalValue &Value,
                      llvm::function_ref<void(llvm::GlobalValue &)> Visit);

} // namespace remoterun::jit

#endif

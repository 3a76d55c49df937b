//===- LabelNumbers.h - Labels as numbers instead of places -----*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The places of a function (LabelValues.h) are of one body of it. What is in
// the middle of one body and goes on in another has numbers in their place,
// which are the same in all: those of the blocks, in the order of the function.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LABELNUMBERS_H
#define REMOTERUN_JIT_CODEGEN_LABELNUMBERS_H

#include "llvm/ADT/SmallPtrSet.h"

namespace llvm {
class Function;
class GlobalVariable;
class Value;
} // namespace llvm

namespace remoterun::jit {

/// What has a label's place, of what \p F computes.
llvm::SmallPtrSet<llvm::Value *, 16> labelsIn(llvm::Function &F);

/// Has \p F, which has LabelValues, compute with numbers, from 1 on, and jump
/// by these.
void numberLabels(llvm::Function &F);

/// Adds to the module of \p F a table of its places, by their numbers. Null is
/// number 0.
llvm::GlobalVariable *placesOf(llvm::Function &F);

} // namespace remoterun::jit

#endif

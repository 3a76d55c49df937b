//===- LateTraits.h - What may be compiled later -------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATETRAITS_H
#define REMOTERUN_JIT_CODEGEN_LATETRAITS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace remoterun::jit {

/// What a function's code is like.
struct LateTraits {
  bool IsLate = true;
  bool IsInCycle = false;
  bool IsCalledOnce = false;
  /// By one that is called once itself.
  bool IsCalledInLoop = false;
  unsigned CallPlaces = 0; ///< In the module, by its name.
  unsigned Weight = 0;
};

/// Whether all who call \p F do so in a way that a slot can stand between. Its
/// body need not be there.
bool hasPlainCode(const llvm::Function &F);

/// What can be said of \p F alone: some code has to be in one object with the
/// rest, or must not have a slot before it.
/// \p Plain is assembly that may be late.
LateTraits lateTraitsOf(const llvm::Function &F,
                        llvm::ArrayRef<llvm::StringLiteral> Plain);

} // namespace remoterun::jit

#endif

//===- BitcodeBytes.h - A module as bytes -----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_BITCODEBYTES_H
#define REMOTERUN_JIT_BASE_BITCODEBYTES_H

#include "llvm/ADT/SmallVector.h"

namespace llvm {
class Module;
}

namespace remoterun::jit {

/// \p M as bitcode, for ourselves: without the symbol table that linkers want.
llvm::SmallVector<char, 0> writeBitcode(const llvm::Module &M);

} // namespace remoterun::jit

#endif

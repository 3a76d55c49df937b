//===- BitcodeBytes.h - A module as bytes -----------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_BITCODEBYTES_H
#define REMOTERUN_JIT_BASE_BITCODEBYTES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace remoterun::jit {

/// \p M as bitcode, for ourselves: without the symbol table that linkers want.
llvm::SmallVector<char, 0> writeBitcode(const llvm::Module &M);

/// What writeBitcode() has written. Any thread may ask.
llvm::Expected<std::unique_ptr<llvm::Module>>
readBitcode(llvm::ArrayRef<char> Bytes, llvm::LLVMContext &Context);

/// LLVM's readers verify a module with debug information by themselves, print
/// what they find and end the process: not any more.
void takeOverDebugInfoUpgrade();

} // namespace remoterun::jit

#endif

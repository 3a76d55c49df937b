//===- BitcodeBytes.cpp - A module as bytes -------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/BitcodeBytes.h"

#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

SmallVector<char, 0> writeBitcode(const Module &M) {
  SmallVector<char, 0> Bytes;
  BitcodeWriter Writer(Bytes);
  Writer.writeModule(M);
  Writer.writeStrtab();
  return Bytes;
}

} // namespace remoterun::jit

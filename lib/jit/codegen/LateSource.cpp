//===- LateSource.cpp - Where late functions come from --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LateSource.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/IR/LLVMContext.h"

using namespace llvm;

namespace remoterun::jit {

Expected<LateModule> LateSource::moduleOf(uint32_t Number,
                                          const PlannedFunction &Function) {
  auto Bitcode = bitcodeOf(Number, Function);
  if (!Bitcode)
    return Bitcode.error();
  // One for all would keep what every function has read, types and constants.
  auto Context = std::make_shared<LLVMContext>();
  auto M = readBitcode(*Bitcode, *Context);
  if (!M)
    return fromLlvm(Blame::Internal,
                    "cannot read function '" + Function.Name + "' again",
                    M.takeError());
  return LateModule(std::move(Context), std::move(*M));
}

} // namespace remoterun::jit

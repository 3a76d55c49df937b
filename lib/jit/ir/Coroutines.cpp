//===- Coroutines.cpp - Coroutines that were not split --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/ir/Coroutines.h"
#include "jit/base/SymbolNames.h"

#include "llvm/IR/Function.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace remoterun::jit {

Expected<void> checkCoroutines(const Module &M) {
  for (const Function &F : M)
    if (F.isPresplitCoroutine() && !F.isDeclaration())
      return Failure{Blame::Input,
                     "function '" + demangledFunction(F.getName()) +
                         "' is a coroutine that no pass has split yet; have it "
                         "done with --passes='default<O0>', or compile it "
                         "without -disable-llvm-passes"};
  return {};
}

} // namespace remoterun::jit

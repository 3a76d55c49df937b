//===- DirectCalls.h - Which function calls which ---------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_DIRECTCALLS_H
#define REMOTERUN_JIT_CODEGEN_DIRECTCALLS_H

#include "jit/codegen/BodyFacts.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace remoterun::jit {

/// The graph of calls by name between the functions of one module.
class DirectCalls {
public:
  /// Of the functions that \p Facts has.
  DirectCalls(llvm::Module &M,
              const llvm::DenseMap<const llvm::Function *, BodyFacts> &Facts);

  /// All of them, callees before who calls them.
  llvm::ArrayRef<llvm::Function *> inOrder() const { return InOrder; }
  /// Those that may call themselves, by few others or none.
  llvm::ArrayRef<llvm::Function *> inCycles() const { return InCycles; }

private:
  std::vector<llvm::Function *> InOrder, InCycles;
};

} // namespace remoterun::jit

#endif

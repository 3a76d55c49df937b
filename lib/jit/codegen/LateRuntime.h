//===- LateRuntime.h - What late code calls that its IR does not *- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATERUNTIME_H
#define REMOTERUN_JIT_CODEGEN_LATERUNTIME_H

#include "jit/base/LlvmVersion.h"
#include "jit/codegen/LatePlan.h"

#include "llvm/IR/Instruction.h"
#include "llvm/IR/Module.h"

namespace remoterun::jit {

/// Code generation calls functions of libc, libm and the compiler's runtime
/// where the IR has intrinsics and instructions. Late code can call only what
/// was known to the linker before.
class LateRuntime {
public:
  explicit LateRuntime(const llvm::Module &M);

  /// Adds to \p Outside what may be called for the function \p F that late code
  /// calls: for "llvm.cos.f32", cosf. Which of it is, is seen when it is
  /// compiled.
  void addCallsFor(const llvm::Function &F,
                   std::vector<OutsideSymbol> &Outside) const;
  void addCallsFor(const llvm::Instruction &I,
                   std::vector<OutsideSymbol> &Outside) const;

private:
  void add(llvm::StringRef Name, std::vector<OutsideSymbol> &Outside) const;

  const llvm_version::RuntimeCalls Known;
  bool ClearsCache; ///< LateCode::ClearsCache.
};

} // namespace remoterun::jit

#endif

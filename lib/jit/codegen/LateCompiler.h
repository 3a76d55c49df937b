//===- LateCompiler.h - One function of a unit at a time --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_LATECOMPILER_H
#define REMOTERUN_JIT_CODEGEN_LATECOMPILER_H

#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/codegen/LatePlan.h"
#include "jit/codegen/LoopReplacement.h"

#include <optional>

namespace remoterun::jit {

/// Compiles late functions of one unit, one by one and in any order. For one
/// thread.
class LateCompiler {
public:
  /// \p Unit has to live as long as this; \p Its compiles as it is compiled.
  /// With \p ReplacesLoops, what runs of fast code can go on in the code that
  /// was asked for (LoopReplacement.h).
  LateCompiler(const LateUnit &Unit, CodeGenerator Its, bool ReplacesLoops)
      : Unit(Unit), Asked(std::move(Its)), Fast(Asked.fast()),
        ReplacesLoops(ReplacesLoops) {
    Asked.keepPasses();
    Fast.keepPasses();
  }

  /// The object of \p Function, of that \p Number, whose module \p M is:
  /// as fast as it can be had with \p Fast, or else as the program's code was
  /// asked for. The latter also with \p Fast, where fast code could be told
  /// from it; then \p Fast is false afterwards, and there is no object if it \p
  /// MayWait. Fast code tells of each call (LateCode::WantedOffset).
  Expected<std::optional<ObjectBytes>> compile(uint32_t Number,
                                               const PlannedFunction &Function,
                                               llvm::Module &M, bool &Fast,
                                               bool MayWait);
  /// The object of what \p Function does from its loop of that \p Number on,
  /// by the numbers that its fast code tells: its symbol is that of a body.
  Expected<ObjectBytes> continueLoop(const PlannedFunction &Function,
                                     llvm::Module &M, uint8_t Number);
  /// Hands over what LLVM has warned of since this was asked last.
  std::vector<std::string> takeWarnings() { return Diagnostics.takeWarnings(); }

private:
  bool isFastFirst(llvm::Function &F, const PlannedFunction &Planned,
                   std::optional<ReplaceableLoops> &Loops) const;
  Expected<llvm::Function *> bodyOf(const PlannedFunction &Function,
                                    llvm::Module &M);

  const LateUnit &Unit;
  DiagnosticCollector Diagnostics;
  CodeGenerator Asked, Fast;
  const bool ReplacesLoops;
};

} // namespace remoterun::jit

#endif

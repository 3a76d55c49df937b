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

#include <optional>

namespace remoterun::jit {

/// Compiles late functions of one unit, one by one and in any order. For one
/// thread.
class LateCompiler {
public:
  /// \p Unit has to live as long as this; \p Its compiles as it is compiled.
  LateCompiler(const LateUnit &Unit, CodeGenerator Its)
      : Unit(Unit), Asked(std::move(Its)), Fast(Asked.fast()) {
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
  /// Hands over what LLVM has warned of since this was asked last.
  std::vector<std::string> takeWarnings() { return Diagnostics.takeWarnings(); }

private:
  const LateUnit &Unit;
  DiagnosticCollector Diagnostics;
  CodeGenerator Asked, Fast;
};

} // namespace remoterun::jit

#endif

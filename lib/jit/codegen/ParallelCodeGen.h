//===- ParallelCodeGen.h - Parts of a module on many cores ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CODEGEN_PARALLELCODEGEN_H
#define REMOTERUN_JIT_CODEGEN_PARALLELCODEGEN_H

#include "jit/cache/CompilationCache.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/codegen/CompiledPart.h"
#include "jit/codegen/Partition.h"

#include <functional>
#include <string>
#include <vector>

namespace remoterun::jit {

struct ParallelSettings {
  unsigned Jobs = 1; ///< Threads at the most, the calling one included.
  /// Called on each new thread before it runs any code of LLVM's.
  std::function<void()> OnThreadStart;
  /// Where parts may be found and are kept; null for nowhere.
  CompilationCache *Cache = nullptr;
  /// What an object depends on beside the IR.
  std::vector<std::string> Choices;
};

/// A unit, and how it is cut.
struct PlannedUnit {
  llvm::SmallVector<char, 0> Bitcode;
  PartitionPlan Plan;
  const CodeGenerator *Prototype = nullptr;
  std::string Name; ///< For diagnostics.
};

/// Compiles \p Units, each part of each with a generator like the unit's and in
/// a context of its own. The result, a list for each unit, is in the order of
/// the parts, and does not depend on the number of threads. The first failure,
/// in that order, is returned once all threads have ended.
Expected<std::vector<std::vector<CompiledPart>>>
compileInParts(llvm::ArrayRef<PlannedUnit> Units,
               const ParallelSettings &Settings,
               DiagnosticCollector &Diagnostics);

} // namespace remoterun::jit

#endif

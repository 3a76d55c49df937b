//===- LinkedLate.h - Late code as it lies in its windows -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_DRIVER_LINK_LINKEDLATE_H
#define REMOTERUN_DRIVER_LINK_LINKEDLATE_H

#include "driver/compile/LateQueue.h"
#include "jit/base/ObjectBytes.h"
#include "jit/cache/CompilationCache.h"
#include "jit/link/BodySymbols.h"
#include "jit/link/LateLinker.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>
#include <vector>

namespace remoterun::driver {

/// Late functions that are linked. For a program of the same LateTables it can
/// be put in its place again as it is.
struct LinkedLate {
  struct Body {
    LateQueue::Task Of;
    ExecutorAddr Address;
  };
  std::vector<Body> Bodies;                 ///< What slots lead to.
  std::vector<jit::LateFunction> Functions; ///< All that is in the code.
  std::vector<jit::BodySymbol> Symbols;
  /// What is used of the windows. Views.
  llvm::ArrayRef<uint8_t> Code, Constants, Index;
  /// Of what was loaded, which they are views of.
  std::shared_ptr<const jit::ObjectBytes> Bytes;

  /// What was stored under \p Key; nothing where it is not there, or of
  /// functions that a program of \p Functions does not have.
  static std::optional<LinkedLate> load(const jit::CacheKey &Key,
                                        const jit::CompilationCache &Cache,
                                        size_t Functions);
  void store(const jit::CacheKey &Key, jit::CompilationCache &Cache) const;
};

} // namespace remoterun::driver

#endif

//===- KnownHashes.h - Files that were hashed before ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hashing a large program takes longer than starting it does. A file is the one
// that was hashed before if the kernel would have changed its times otherwise.
// That is so where
//
// - the file system changes them at once, for what is written through mappings
//   as well;
// - nobody had it open for writing when it was hashed: a page that is written
//   already can be written again, and no time tells;
// - it was some seconds old then: a time has the grain of a clock, and what is
//   written within the same grain has the same.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CACHE_KNOWNHASHES_H
#define REMOTERUN_JIT_CACHE_KNOWNHASHES_H

#include "jit/cache/CompilationCache.h"

#include "llvm/Support/ErrorOr.h"

#include <ctime>
#include <string>
#include <vector>

namespace remoterun::jit {

class KnownHashes {
public:
  /// \p Cache has to live as long as this; it is \p Now.
  KnownHashes(const CompilationCache &Cache, timespec Now)
      : Cache(Cache), Now(Now) {}

  /// hashOfFile() of the file \p Path.
  llvm::ErrorOr<std::string> of(const std::string &Path);
  /// Has later runs know what was hashed, as far as they may. For a cache that
  /// is there and is trusted.
  void keep() const;

  /// In bytes. What is smaller is hashed in the time that it takes to find its
  /// hash.
  static constexpr uint64_t Smallest = uint64_t(1) << 20;

private:
  struct Hashed {
    CacheKey Key;
    std::string Contents;
  };

  llvm::ErrorOr<std::string> ofOpen(int File);

  const CompilationCache &Cache;
  const timespec Now;
  std::vector<Hashed> New;
};

} // namespace remoterun::jit

#endif

//===- CompilationCache.h - What was compiled before ------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A folder of compiled programs, found by what they were made from. A program's
// entry holds what the link has to know of its IR, and names the entries of its
// objects, each of which is found by the IR of its part alone: an edit of the
// program leaves the objects of other parts in use.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CACHE_COMPILATIONCACHE_H
#define REMOTERUN_JIT_CACHE_COMPILATIONCACHE_H

#include "jit/cache/KeyedFile.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/CachePruning.h"

#include <atomic>

namespace remoterun::jit {

/// Safe to use from many threads and processes at once. What cannot be written
/// is not kept, and nothing fails for it.
class CompilationCache {
public:
  explicit CompilationCache(std::string Directory)
      : Directory(std::move(Directory)) {}

  /// Why the folder may hold what others have put there; empty if it may not.
  /// It is not to be used then.
  std::string distrust() const;

  /// Gives \p Take the start of an entry (see KeyedFile.h), if there is one.
  /// It is a hit if \p Take can use it: whether it was.
  bool load(const CacheKey &Key, llvm::function_ref<bool(KeyedStart)> Take);
  /// Keeps \p Bytes, of which the first \p StartSize are what load() reads;
  /// whether it could.
  bool store(const CacheKey &Key, llvm::StringRef Bytes, size_t StartSize);
  /// Whether there is an entry, such as it is.
  bool has(const CacheKey &Key) const;
  /// The file of an entry.
  std::string pathOf(const CacheKey &Key) const;

  /// Removes what is old, or too much (llvm::pruneCache).
  void prune(const llvm::CachePruningPolicy &Policy);

  /// Why something was not kept, or not used; the first if there are several,
  /// empty if there are none.
  std::string complaint() const;

  unsigned hits() const { return Hits; }
  unsigned misses() const { return Misses; }

private:
  void complain(std::string Text);

  std::string Directory;
  std::atomic<unsigned> Hits = 0, Misses = 0;
  std::atomic<bool> HasFailed = false;
  std::string FirstFailure; ///< Written by whoever sets HasFailed.
};

} // namespace remoterun::jit

#endif

//===- CompilationCache.cpp - What was compiled before --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/CompilationCache.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace remoterun::jit {

std::string CompilationCache::pathOf(const CacheKey &Key) const {
  SmallString<256> Path(Directory);
  // The prefix by which CachePruning knows what it may remove.
  sys::path::append(Path, "llvmcache-" + toHex(Key, /*LowerCase=*/true));
  return std::string(Path);
}

std::optional<KeyedStart> CompilationCache::load(const CacheKey &Key) {
  auto Found = readKeyedStart(pathOf(Key), Key);
  ++(Found ? Hits : Misses);
  return Found;
}

bool CompilationCache::store(const CacheKey &Key, StringRef Bytes,
                             size_t StartSize) {
  // The mode is the XDG Base Directory Specification's.
  sys::fs::create_directories(Directory, /*IgnoreExisting=*/true,
                              sys::fs::owner_all);
  auto Stored = writeKeyedFile(pathOf(Key), Bytes, StartSize, Key);
  if (!Stored && !HasFailed.exchange(true))
    FirstFailure = Stored.error().Message;
  return bool(Stored);
}

void CompilationCache::prune(const CachePruningPolicy &Policy) {
  pruneCache(Directory, Policy);
}

std::string CompilationCache::complaint() const {
  return HasFailed ? FirstFailure : "";
}

} // namespace remoterun::jit

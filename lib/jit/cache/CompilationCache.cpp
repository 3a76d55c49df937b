//===- CompilationCache.cpp - What was compiled before --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/CompilationCache.h"
#include "jit/base/LlvmVersion.h"
#include "jit/cache/Ownership.h"

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

bool CompilationCache::has(const CacheKey &Key) const {
  return sys::fs::exists(pathOf(Key));
}

bool CompilationCache::load(const CacheKey &Key,
                            function_ref<bool(KeyedStart)> Take) {
  std::string Distrust;
  auto Found = readKeyedStart(pathOf(Key), Key, Distrust);
  if (!Distrust.empty())
    complain("an entry of the cache is not used: " + Distrust);
  bool IsTaken = Found && Take(std::move(*Found));
  ++(IsTaken ? Hits : Misses);
  return IsTaken;
}

bool CompilationCache::store(const CacheKey &Key, StringRef Bytes,
                             size_t StartSize) {
  // The mode is the XDG Base Directory Specification's.
  sys::fs::create_directories(Directory, /*IgnoreExisting=*/true,
                              sys::fs::owner_all);
  // It may have been made meanwhile, and not by us.
  if (std::string Why = distrust(); !Why.empty()) {
    complain(Why);
    return false;
  }
  auto Stored = writeKeyedFile(pathOf(Key), Bytes, StartSize, Key);
  if (!Stored)
    complain(Stored.error().Message);
  return bool(Stored);
}

std::string CompilationCache::distrust() const {
  std::string Why = whyForeignFolder(Directory, FolderOwner::User);
  return Why.empty() ? Why
                     : "the cache '" + Directory + "' is not used: " + Why +
                           "; name a folder that is yours alone, and in "
                           "folders that are";
}

void CompilationCache::complain(std::string Text) {
  if (!HasFailed.exchange(true))
    FirstFailure = std::move(Text);
}

void CompilationCache::prune(const CachePruningPolicy &Policy) {
  llvm_version::pruneCache(Directory, Policy);
}

std::string CompilationCache::complaint() const {
  return HasFailed ? FirstFailure : "";
}

} // namespace remoterun::jit

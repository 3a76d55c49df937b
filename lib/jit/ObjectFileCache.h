//===- ObjectFileCache.h - lli's cache manager ------------------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Keeps one compiled object per input file, under the file's own name, as
// lli's -enable-cache-manager does. Unlike there, an object that was made from
// other IR, by other options or by another LLVM is never used: it carries a key
// behind its last byte, where no reader of ELF looks.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_OBJECTFILECACHE_H
#define REMOTERUN_JIT_OBJECTFILECACHE_H

#include "jit/CodeGenerator.h"

#include "llvm/Support/BLAKE3.h"

#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// Everything that an object depends on.
using CacheKey = llvm::BLAKE3Result<>;

/// \p Parts in order; no two different lists give the same bytes to the hash.
CacheKey makeCacheKey(const std::vector<std::string> &Parts);

class ObjectFileCache {
public:
  /// The object of \p InputFile is \p Directory/<InputFile with suffix .o>.
  ObjectFileCache(const std::string &Directory, const std::string &InputFile);

  /// The object, if there is one with this key; anything else is a miss.
  std::optional<ObjectBytes> load(const CacheKey &Key) const;
  /// Writes the object atomically, making folders as needed.
  Expected<void> store(const ObjectBytes &Object, const CacheKey &Key) const;

private:
  std::string Path;
};

} // namespace remoterun::jit

#endif

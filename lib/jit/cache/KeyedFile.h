//===- KeyedFile.h - A file that is used only if it fits --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What caches keep: some bytes, and behind them, where no reader of ELF looks,
// the key of everything that they were made from and checksums (Checksum.h): of
// their start, which is all that most readers want, and of the rest. A file
// that was made from something else, cut off or damaged since is as good as
// none.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CACHE_KEYEDFILE_H
#define REMOTERUN_JIT_CACHE_KEYEDFILE_H

#include "jit/base/ObjectBytes.h"
#include "jit/object/ObjectSource.h"
#include "remote-run/Failure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/BLAKE3.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace remoterun::jit {

/// Everything that the bytes depend on.
using CacheKey = llvm::BLAKE3Result<>;

/// Of \p Parts in order, \p Last, and the identity of this program; no
/// two different lists give the same bytes to the hash.
CacheKey makeCacheKey(const std::vector<std::string> &Parts,
                      llvm::StringRef Last = "");

/// A file that stays as it is while somebody has it, whatever becomes of its
/// name; unless somebody writes to it, of whom the checksums tell. Any thread
/// may read.
class OpenKeyedFile {
public:
  /// Of \p Path, if that is there and of this key; none of its bytes are read.
  /// Never waits; and a file that may be of somebody else (Ownership.h) is
  /// none: \p Distrust says why, and is empty otherwise.
  static std::optional<OpenKeyedFile>
  open(const std::string &Path, const CacheKey &Key, std::string &Distrust);
  /// Whether more was written behind the start.
  bool hasRest() const;
  /// What the bytes start with, or what is behind that; nothing where it is not
  /// what was written.
  std::optional<ObjectBytes> readStart() const;
  std::optional<ObjectBytes> readRest() const;
  /// Both, as readKeyedFile().
  std::optional<ObjectBytes> readAll() const;
  /// \p Size bytes from \p Offset on, which no checksum is compared with.
  std::optional<ObjectBytes> read(uint64_t Offset, size_t Size) const;
  /// The same, to where they are wanted; false if they are not all there, and
  /// some of them may have been read then.
  bool read(uint64_t Offset, llvm::MutableArrayRef<uint8_t> Into) const;

private:
  std::shared_ptr<const class KeyedReader> File;
};

struct KeyedStart {
  ObjectBytes Bytes;
  OpenKeyedFile File; ///< Of which the rest is neither read nor checked.

  bool hasRest() const { return File.hasRest(); }
};

/// What OpenKeyedFile::open() and its readStart() give, in one.
std::optional<KeyedStart> readKeyedStart(const std::string &Path,
                                         const CacheKey &Key,
                                         std::string &Distrust);

/// All the bytes in \p Path, if they are there, whole, of this key, and the
/// user's.
std::optional<ObjectBytes> readKeyedFile(const std::string &Path,
                                         const CacheKey &Key);

/// An object that is kept in \p Path, which may go away or become another
/// before it is read.
ObjectSource sourceInCache(std::string Path, const CacheKey &Key);

/// Writes the file at once (to another name, then rename(2)), so that readers
/// and writers in other processes never see a part of it. Makes folders as
/// needed. The first \p StartSize of \p Bytes are what readKeyedStart() reads.
Expected<void> writeKeyedFile(const std::string &Path, llvm::StringRef Bytes,
                              size_t StartSize, const CacheKey &Key);

} // namespace remoterun::jit

#endif

//===- Checksum.h - Whether bytes are as they were written ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of what a cache keeps, a checksum tells damage: a file that was cut off or
// overwritten, a block that a disk has lost. All of a program is read through
// it at each start, so that it is a fast one, and of 64 bits: chance makes one
// of 2^64 damaged files pass.
//
// It is no defence against people. Who may write to the folder can put a right
// checksum there, whatever it is made by; that this is the user alone, is what
// Ownership.h sees to. And it is not what things are found by: two programs of
// one key would be taken for one another, so that keys (CacheKey,
// ContentHash.h) are hashes for which nobody can make such a pair.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_CACHE_CHECKSUM_H
#define REMOTERUN_JIT_CACHE_CHECKSUM_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/xxhash.h"

namespace remoterun::jit {

using Checksum = uint64_t;

inline Checksum checksumOf(llvm::ArrayRef<uint8_t> Bytes) {
  return llvm::xxh3_64bits(Bytes);
}

inline Checksum checksumOf(llvm::StringRef Bytes) {
  return llvm::xxh3_64bits(Bytes);
}

inline Checksum checksumOf(llvm::ArrayRef<char> Bytes) {
  return checksumOf(llvm::StringRef(Bytes.data(), Bytes.size()));
}

} // namespace remoterun::jit

#endif

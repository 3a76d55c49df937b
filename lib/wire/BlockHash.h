//===- BlockHash.h - What a block of a program is known by ------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A far end that keeps what it was sent knows it by its contents alone. The
// hash is BLAKE3, as of everything that the cache finds (jit/cache), so that
// nobody can make two blocks of one hash. The executor has no LLVM, whose
// BLAKE3 the cache uses; this one is written from the BLAKE3 paper ("BLAKE3:
// one function, fast everywhere", 2021, sections 2.1 to 2.6), and tested
// against LLVM's.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_BLOCKHASH_H
#define REMOTERUN_WIRE_BLOCKHASH_H

#include <array>
#include <cstdint>
#include <span>

namespace remoterun::wire {

using BlockHash = std::array<uint8_t, 32>;

/// The BLAKE3 hash of \p Bytes, without a key. Takes no memory but the stack's,
/// some 2 KiB, and may be called on any thread.
BlockHash hashOfBlock(std::span<const uint8_t> Bytes);

} // namespace remoterun::wire

#endif

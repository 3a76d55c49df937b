//===- FarBlocks.h - What a far end has kept of programs --------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which blocks the far end was asked for, what it said that it has, and what it
// shall keep of the rest. That it tells the truth is assumed nowhere: what it
// does with its own program is its affair.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_CONTROLLER_SESSION_FARBLOCKS_H
#define REMOTERUN_CONTROLLER_SESSION_FARBLOCKS_H

#include "wire/BlockMessages.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace remoterun::controller {

class FarBlocks {
public:
  /// Part of what is sent. Views of it.
  struct Block {
    uint64_t Where = 0; ///< An address, or an offset.
    std::span<const uint8_t> Bytes;
    /// None where it is too small for a file of its own.
    std::optional<wire::BlockHash> Hash;
  };

  /// \p Bytes for \p Where in blocks, which end at multiples of their size: a
  /// change leaves those that lie behind it as they were.
  static std::vector<Block> divide(uint64_t Where,
                                   std::span<const uint8_t> Bytes);

  /// What is to be asked of \p Blocks, and was not; as many as fit.
  wire::AskKept question(std::span<const Block> Blocks);
  bool wasAsked(const Block &Its) const {
    return Its.Hash && Asked.contains(*Its.Hash);
  }
  /// Whether an answer is still to come.
  bool isAsking() const { return Answered != Asked.size(); }
  size_t awaited() const { return Asked.size() - Answered; }
  /// The answer to all of them. False where it is for another number of blocks.
  [[nodiscard]] bool take(const wire::Kept &Answer);

  /// Under which number the far end has it; nothing where it has not.
  std::optional<uint32_t> numberOf(const Block &Its) const;

  /// It was sent whole, and shall be kept.
  void note(const Block &Its, bool InSharedFile);
  /// Of what was noted, as many as fit in one message; empty for none.
  wire::Keep takeNoted();

private:
  std::map<wire::BlockHash, uint32_t> Asked; ///< Their numbers.
  std::vector<bool> Has;                     ///< By number.
  size_t Answered = 0;
  List<wire::Keep::Block> Noted;
};

} // namespace remoterun::controller

#endif

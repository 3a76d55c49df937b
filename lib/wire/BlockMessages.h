//===- BlockMessages.h - What a far end keeps of programs -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A far end may keep the blocks of what it is sent, by their hashes, so that
// the next run sends it only what it lacks (PROTOCOL.md, section 14).
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_WIRE_BLOCKMESSAGES_H
#define REMOTERUN_WIRE_BLOCKMESSAGES_H

#include "wire/BlockHash.h"
#include "wire/Fields.h"

#include <cstdint>
#include <string_view>

namespace remoterun::wire {

/// Bytes of a block; one may be shorter.
inline constexpr uint32_t LargestBlock = 64 << 10;

/// Controller: which of these blocks are kept? They are numbered from 0 on,
/// through all such questions of a session. Answered by Kept.
struct AskKept {
  static constexpr MessageType Type = MessageType::AskKept;
  struct Block {
    uint32_t Size = 0;
    BlockHash Hash = {};

    static void fields(auto &M, auto &Each) { Each(M.Size, M.Hash); }
  };
  static constexpr size_t Most = (256 << 10) / 36 - 1;
  List<Block> Blocks;

  static void fields(auto &M, auto &Each) { Each(M.Blocks); }
  Decoded<void> check() const;
};

/// Executor: what it has of them, read and ready for WriteKept.
struct Kept {
  static constexpr MessageType Type = MessageType::Kept;
  List<bool> Has;          ///< One for each that was asked for.
  std::string_view Reason; ///< Why nothing is kept; empty where it is.

  static void fields(auto &M, auto &Each) { Each(M.Has, M.Reason); }
};

/// Controller: blocks that Kept promised are written to these places.
struct WriteKept {
  static constexpr MessageType Type = MessageType::WriteKept;
  struct Copy {
    uint32_t Block = 0; ///< Its number.
    /// Where is an offset in the shared file (as of Place), and no address (as
    /// of Write).
    bool InSharedFile = false;
    uint64_t Where = 0;

    static void fields(auto &M, auto &Each) {
      Each(M.Block, M.InSharedFile, M.Where);
    }
  };
  List<Copy> Copies;

  static void fields(auto &M, auto &Each) { Each(M.Copies); }
};

/// Controller: what was written at these places is to be kept. Answered by
/// Stored, for which nobody has to wait before Run.
struct Keep {
  static constexpr MessageType Type = MessageType::Keep;
  struct Block {
    bool InSharedFile = false; ///< As in WriteKept.
    uint64_t Where = 0;
    uint32_t Size = 0;

    static void fields(auto &M, auto &Each) {
      Each(M.InSharedFile, M.Where, M.Size);
    }
  };
  static constexpr size_t Most = (256 << 10) / 13 - 1;
  List<Block> Blocks;

  static void fields(auto &M, auto &Each) { Each(M.Blocks); }
  Decoded<void> check() const;
};

/// Executor: so many of them are kept.
struct Stored {
  static constexpr MessageType Type = MessageType::Stored;
  uint32_t Blocks = 0;
  std::string_view Reason; ///< Why not all; empty where they are.

  static void fields(auto &M, auto &Each) { Each(M.Blocks, M.Reason); }
};

} // namespace remoterun::wire

#endif

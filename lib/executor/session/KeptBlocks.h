//===- KeptBlocks.h - Blocks of programs, for one session -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SESSION_KEPTBLOCKS_H
#define REMOTERUN_EXECUTOR_SESSION_KEPTBLOCKS_H

#include "executor/base/Failure.h"
#include "executor/session/BlockStore.h"
#include "wire/BlockMessages.h"

#include <optional>
#include <span>

namespace remoterun::executor {

/// What the controller asked for and was promised is read when it asks, and
/// stays in memory: whatever becomes of the files, it can be written. None of
/// that memory is the guest's heap.
class KeptBlocks {
public:
  /// In \p Folder, a path from the root, which is opened when it is needed;
  /// null for none.
  explicit KeptBlocks(const char *Folder) : Folder(Folder) {}

  /// Views of this, until the next call.
  wire::Kept find(const wire::AskKept &Question);
  /// The block that was promised under \p Number; empty for none.
  std::span<const uint8_t> block(uint32_t Number) const;

  /// Keeps \p Bytes, unless that failed before.
  void store(std::span<const uint8_t> Bytes);
  /// What came of it since the last time. A view of this.
  wire::Stored takeStored();

private:
  /// Null where there is none, and Problem says why.
  BlockStore *store();

  struct Promised {
    size_t Offset = 0; ///< In Bytes.
    uint32_t Size = 0; ///< 0 for what is not there.
  };

  const char *Folder;
  bool IsOpened = false;
  std::optional<BlockStore> Opened;
  Failure Problem;
  ByteBuffer Bytes;
  List<Promised> Blocks; ///< By number.
  uint32_t StoredCount = 0;
};

} // namespace remoterun::executor

#endif

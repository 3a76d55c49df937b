//===- BlockStore.h - What a far end keeps of programs ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks of programs' bytes, each a file in a folder of the user's that has the
// block's hash for its name. Contents decide: nothing that is found under a
// name is believed to be that block before it was read, and hashed where it was
// read to. So a file may be cut, changed or removed at any moment by anybody;
// it is then a block that is not there, and never another one, nor a SIGBUS,
// since nothing is mapped.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_SESSION_BLOCKSTORE_H
#define REMOTERUN_EXECUTOR_SESSION_BLOCKSTORE_H

#include "executor/base/Failure.h"
#include "transport/Descriptor.h"
#include "wire/BlockHash.h"

#include <cstdint>
#include <span>
#include <sys/types.h>

namespace remoterun::executor {

/// For one thread. Any number of processes may have the same folder.
class BlockStore {
public:
  /// The last part of \p Folder is made if it is not there, for the user alone.
  /// Fails, with the reason, where that cannot be, where the last part is a
  /// symbolic link or no folder, or where somebody else could write to it: it
  /// has to belong to the effective user, and nobody else may write to it.
  static Expected<BlockStore> open(const char *Folder);

  /// The block of \p Hash, if it is there and has the size of \p Into: all of
  /// it is in \p Into then, and it counts as used now. Otherwise false, and \p
  /// Into may hold anything. What has the name and is another block is removed.
  bool read(const wire::BlockHash &Hash, std::span<uint8_t> Into);

  /// Keeps \p Bytes, of which \p Hash must be the hash. A block appears as a
  /// whole, or not at all; no file of another name is left, even if this
  /// process is killed, where the file system knows O_TMPFILE (open(2)). Fails
  /// where it cannot be kept, as on a full disk: the first reason is the one
  /// to tell, and nothing is tried again after it.
  Expected<void> store(const wire::BlockHash &Hash,
                       std::span<const uint8_t> Bytes);

  /// Removes what was not used for the longest time until \p MostBytes are
  /// left, and everything that was not used for \p MostSeconds. Only what has
  /// the name of a block, or of a file that was never completed, is touched.
  void prune(uint64_t MostBytes, int64_t MostSeconds);

private:
  explicit BlockStore(transport::Descriptor Folder)
      : Folder(std::move(Folder)) {}
  Expected<void> write(const char *Name, std::span<const uint8_t> Bytes);

  transport::Descriptor Folder;
  bool IsOver = false; ///< A block could not be kept.
};

} // namespace remoterun::executor

#endif

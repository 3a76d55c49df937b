//===- ScratchFile.h - Bytes that are seldom needed again -------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_JIT_BASE_SCRATCHFILE_H
#define REMOTERUN_JIT_BASE_SCRATCHFILE_H

#include "jit/base/ObjectBytes.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace remoterun::jit {

/// A file on disk that has no name, and ends with the process. What is put into
/// it is compressed.
class ScratchFile {
public:
  /// Where some bytes are in it.
  struct Place {
    uint64_t Offset = 0;
    size_t PackedSize = 0;
    size_t Size = 0;
    bool IsPacked = false;
  };

  /// In $TMPDIR or else /var/tmp, which is for what may be large, and /tmp,
  /// which may be memory, only where neither can be written to. Null where
  /// there is no place at all.
  static std::shared_ptr<ScratchFile> create();
  ~ScratchFile();
  ScratchFile(const ScratchFile &) = delete;
  ScratchFile &operator=(const ScratchFile &) = delete;

  /// Appends \p Bytes; empty where the disk is full.
  std::optional<Place> put(llvm::StringRef Bytes);
  std::optional<ObjectBytes> get(const Place &Where) const;

private:
  explicit ScratchFile(int File) : File(File) {}

  int File;
  uint64_t End = 0;
};

/// Bytes that are in memory, or in a ScratchFile, or nowhere.
struct HeldBytes {
  ObjectBytes InMemory;
  std::optional<ScratchFile::Place> OnDisk = std::nullopt;

  bool isThere() const { return !InMemory.empty() || OnDisk; }
  /// False where there is no room in \p Disk, and they stay.
  bool moveTo(ScratchFile &Disk);
  /// From \p Disk, which has what is not in memory. False where they are lost.
  bool moveBack(const ScratchFile *Disk);
};

} // namespace remoterun::jit

#endif

//===- ScratchFile.cpp - Bytes that are seldom needed again ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/base/ScratchFile.h"
#include "controller/base/FileSizeSignalBlock.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Error.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// A new file in \p Folder without a name, or -1.
int openNameless(std::string Folder) {
  int Number = ::open(Folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL,
                      S_IRUSR | S_IWUSR);
  if (Number >= 0)
    return Number;
  // Not every file system has such files.
  Folder += "/remote-run-XXXXXX";
  Number = ::mkostemp(Folder.data(), O_CLOEXEC);
  if (Number >= 0)
    ::unlink(Folder.c_str());
  return Number;
}

} // namespace

ScratchFile::~ScratchFile() { ::close(File); }

std::shared_ptr<ScratchFile> ScratchFile::create() {
  const char *Given = std::getenv("TMPDIR");
  for (const char *Folder : {Given ? Given : "", "/var/tmp", "/tmp"}) {
    int Number = Folder[0] == '\0' ? -1 : openNameless(Folder);
    if (Number >= 0)
      return std::shared_ptr<ScratchFile>(new ScratchFile(Number));
  }
  return nullptr;
}

std::optional<ScratchFile::Place> ScratchFile::put(StringRef Bytes) {
  Place Where = {End, Bytes.size(), Bytes.size(), false};
  SmallVector<uint8_t, 0> Packed;
  ArrayRef<uint8_t> Written = arrayRefFromStringRef(Bytes);
  if (compression::zstd::isAvailable()) {
    compression::zstd::compress(Written, Packed,
                                compression::zstd::BestSpeedCompression);
    Written = Packed;
    Where.PackedSize = Packed.size();
    Where.IsPacked = true;
  }
  controller::FileSizeSignalBlock LimitFails;
  while (!Written.empty()) {
    ssize_t Count =
        ::pwrite(File, Written.data(), Written.size(), static_cast<off_t>(End));
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      return std::nullopt;
    Written = Written.drop_front(static_cast<size_t>(Count));
    End += static_cast<uint64_t>(Count);
  }
  return Where;
}

std::optional<ObjectBytes> ScratchFile::get(const Place &Where) const {
  ObjectBytes Stored;
  Stored.resize_for_overwrite(Where.PackedSize);
  for (size_t Done = 0; Done != Stored.size();) {
    ssize_t Count = ::pread(File, Stored.data() + Done, Stored.size() - Done,
                            static_cast<off_t>(Where.Offset + Done));
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      return std::nullopt;
    Done += static_cast<size_t>(Count);
  }
  if (!Where.IsPacked)
    return Stored;
  ObjectBytes Bytes;
  Bytes.resize_for_overwrite(Where.Size);
  size_t Size = Where.Size;
  if (Error Failed = compression::zstd::decompress(
          arrayRefFromStringRef({Stored.data(), Stored.size()}),
          reinterpret_cast<uint8_t *>(Bytes.data()), Size)) {
    consumeError(std::move(Failed));
    return std::nullopt;
  }
  return Bytes;
}

bool HeldBytes::moveTo(ScratchFile &Disk) {
  if (InMemory.empty())
    return true;
  OnDisk = Disk.put({InMemory.data(), InMemory.size()});
  if (!OnDisk)
    return false;
  // Assigning an empty one would keep the memory (SmallVector).
  ObjectBytes Freed = std::move(InMemory);
  return true;
}

bool HeldBytes::moveBack(const ScratchFile *Disk) {
  if (!OnDisk)
    return !InMemory.empty();
  auto Read = Disk->get(*std::exchange(OnDisk, std::nullopt));
  if (Read)
    InMemory = std::move(*Read);
  return Read.has_value();
}

} // namespace remoterun::jit

//===- MappedFile.cpp - A file, mapped whole to be read -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// statx(2) has been in libc since glibc 2.28. stat(2) and fstat(2) have been
// since 2.33; before that, they were linked into each program.
//
//===----------------------------------------------------------------------===//

#include "executor/base/MappedFile.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::executor {

static FileIdentity identityIn(const struct statx &Status) {
  return {.Device = uint64_t(Status.stx_dev_major) << 32 | Status.stx_dev_minor,
          .Inode = Status.stx_ino};
}

FileIdentity identityOf(const char *Path) {
  return identityOf(AT_FDCWD, Path, 0);
}

FileIdentity identityOf(int Directory, const char *Path, int Flags) {
  struct statx Status;
  if (::statx(Directory, Path, Flags, STATX_INO, &Status) != 0)
    return {};
  return identityIn(Status);
}

std::optional<MappedFile> MappedFile::open(const char *Path) {
  // Not one that waits for a writer, should it be a FIFO.
  int Descriptor = ::open(Path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (Descriptor < 0)
    return {};
  MappedFile Opened;
  struct statx Status;
  if (::statx(Descriptor, "", AT_EMPTY_PATH,
              STATX_TYPE | STATX_SIZE | STATX_INO, &Status) == 0) {
    Opened.Identity = identityIn(Status);
    auto Size = static_cast<size_t>(Status.stx_size);
    if (S_ISREG(Status.stx_mode) && Size != 0 && Size == Status.stx_size) {
      void *Start =
          ::mmap(nullptr, Size, PROT_READ, MAP_PRIVATE, Descriptor, 0);
      if (Start != MAP_FAILED)
        Opened.Bytes = {static_cast<const uint8_t *>(Start), Size};
    }
  }
  ::close(Descriptor);
  return Opened;
}

void MappedFile::unmap() const {
  if (Bytes.empty())
    return;
  ::munmap(const_cast<uint8_t *>(Bytes.data()), Bytes.size());
}

} // namespace remoterun::executor

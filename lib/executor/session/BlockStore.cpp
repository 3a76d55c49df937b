//===- BlockStore.cpp - What a far end keeps of programs ------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/session/BlockStore.h"
#include "executor/base/FileSizeLimitOff.h"
#include "executor/memory/SharedFile.h"
#include "wire/List.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::executor {

using transport::Descriptor;
using wire::BlockHash;

namespace {

constexpr size_t NameSize = 2 * std::tuple_size_v<BlockHash>;
constexpr char Unfinished[] = "unfinished-";

struct BlockName {
  char Text[NameSize + 1] = {};

  explicit BlockName(const BlockHash &Hash) {
    constexpr char Digits[] = "0123456789abcdef";
    for (size_t I = 0; I != Hash.size(); ++I) {
      Text[2 * I] = Digits[Hash[I] >> 4];
      Text[2 * I + 1] = Digits[Hash[I] & 15];
    }
  }
};

bool isName(const char *Text) {
  return std::strlen(Text) == NameSize &&
         std::strspn(Text, "0123456789abcdef") == NameSize;
}

// Of fstat(2), libc has a version that is too new (MappedFile.cpp).
bool isOurs(const struct statx &Status) {
  return Status.stx_uid == ::geteuid() &&
         !(Status.stx_mode & (S_IWGRP | S_IWOTH));
}

/// 0 or errno.
int writeAll(int Number, std::span<const uint8_t> Bytes) {
  while (!Bytes.empty()) {
    ssize_t Count = ::write(Number, Bytes.data(), Bytes.size());
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count < 0)
      return errno;
    Bytes = Bytes.subspan(static_cast<size_t>(Count));
  }
  return 0;
}

struct KeptFile {
  char Name[NameSize + 1];
  uint64_t Size;
  int64_t Used; ///< Seconds since the epoch.
};

} // namespace

Expected<BlockStore> BlockStore::open(const char *Path) {
  if (::mkdir(Path, S_IRWXU) != 0 && errno != EEXIST)
    return failure("cannot make '%s': %s", Path, std::strerror(errno));
  Descriptor Folder(
      ::open(Path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct statx Status;
  if (!Folder.isOpen() ||
      ::statx(Folder.get(), "", AT_EMPTY_PATH, STATX_BASIC_STATS, &Status) != 0)
    return failure("cannot open '%s': %s", Path, std::strerror(errno));
  if (Status.stx_uid != ::geteuid())
    return failure("'%s' belongs to user %ju", Path,
                   static_cast<uintmax_t>(Status.stx_uid));
  if (!isOurs(Status))
    return failure("others may write to '%s'", Path);
  return BlockStore(std::move(Folder));
}

bool BlockStore::read(const BlockHash &Hash, std::span<uint8_t> Into) {
  const BlockName Name(Hash);
  // A pipe, or a device, must neither be waited for nor become a terminal.
  Descriptor File(
      ::openat(Folder.get(), Name.Text,
               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!File.isOpen() && errno == ENOENT)
    return false;
  struct statx Status;
  if (File.isOpen() &&
      ::statx(File.get(), "", AT_EMPTY_PATH, STATX_BASIC_STATS, &Status) == 0 &&
      S_ISREG(Status.stx_mode) && isOurs(Status) &&
      static_cast<uint64_t>(Status.stx_size) == Into.size() &&
      readFileAt(File.get(), /*Offset=*/0, Into) &&
      wire::hashOfBlock(Into) == Hash) {
    const timespec Now[] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    ::futimens(File.get(), Now);
    return true;
  }
  // It would be in the way of the block.
  ::unlinkat(Folder.get(), Name.Text, 0);
  return false;
}

Expected<void> BlockStore::write(const char *Name,
                                 std::span<const uint8_t> Bytes) {
  char Temporary[64] = "";
  Descriptor File(::openat(Folder.get(), ".", O_WRONLY | O_TMPFILE | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
  if (!File.isOpen() && (errno == EOPNOTSUPP || errno == EISDIR)) {
    std::snprintf(Temporary, sizeof(Temporary), "%s%ld-%.16s", Unfinished,
                  static_cast<long>(::getpid()), Name);
    File = Descriptor(
        ::openat(Folder.get(), Temporary,
                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                 S_IRUSR | S_IWUSR));
  }
  if (!File.isOpen())
    return failure("cannot write a block: %s", std::strerror(errno));
  int Error = writeAll(File.get(), Bytes);
  char Path[64];
  std::snprintf(Path, sizeof(Path), "/proc/self/fd/%d", File.get());
  if (!Error) {
    int Linked =
        *Temporary
            ? ::renameat(Folder.get(), Temporary, Folder.get(), Name)
            : ::linkat(AT_FDCWD, Path, Folder.get(), Name, AT_SYMLINK_FOLLOW);
    Error = Linked == 0 ? 0 : errno;
  }
  if (Error && *Temporary)
    ::unlinkat(Folder.get(), Temporary, 0);
  // Another run was faster: what it has kept is checked when it is read.
  if (Error && Error != EEXIST)
    return failure("cannot write a block: %s", std::strerror(Error));
  return {};
}

Expected<void> BlockStore::store(const BlockHash &Hash,
                                 std::span<const uint8_t> Bytes) {
  if (IsOver)
    return failure("a block before it could not be kept");
  const FileSizeLimitOff ItIsTheGuests;
  auto Written = write(BlockName(Hash).Text, Bytes);
  IsOver = !Written;
  return Written;
}

void BlockStore::prune(uint64_t MostBytes, int64_t MostSeconds) {
  int Copy = ::openat(Folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *Entries = Copy >= 0 ? ::fdopendir(Copy) : nullptr;
  if (!Entries) {
    if (Copy >= 0)
      ::close(Copy);
    return;
  }
  // Nobody writes a block for longer.
  constexpr int64_t Abandoned = 3600;
  const int64_t Now = ::time(nullptr);
  List<KeptFile> Files;
  uint64_t Total = 0;
  while (const dirent *Entry = ::readdir(Entries)) {
    const char *Name = Entry->d_name;
    const bool IsBlock = isName(Name);
    struct statx Status;
    if ((!IsBlock &&
         std::strncmp(Name, Unfinished, sizeof(Unfinished) - 1) != 0) ||
        ::statx(Folder.get(), Name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS,
                &Status) != 0)
      continue;
    if (Now - Status.stx_mtime.tv_sec > (IsBlock ? MostSeconds : Abandoned)) {
      ::unlinkat(Folder.get(), Name, 0);
      continue;
    }
    if (!IsBlock)
      continue;
    KeptFile File = {
        {}, static_cast<uint64_t>(Status.stx_size), Status.stx_mtime.tv_sec};
    std::memcpy(File.Name, Name, NameSize);
    Files.push(File);
    Total += File.Size;
  }
  ::closedir(Entries);
  std::sort(
      Files.begin(), Files.end(),
      [](const KeptFile &A, const KeptFile &B) { return A.Used < B.Used; });
  for (const KeptFile &Oldest : Files) {
    if (Total <= MostBytes)
      return;
    if (::unlinkat(Folder.get(), Oldest.Name, 0) == 0)
      Total -= Oldest.Size;
  }
}

} // namespace remoterun::executor

//===- KnownHashes.cpp - Files that were hashed before --------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/cache/KnownHashes.h"
#include "jit/base/ContentHash.h"

#include "llvm/ADT/STLExtras.h"

#include <csignal>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace llvm;

namespace remoterun::jit {

namespace {

/// Which file it is: another that takes its place may have its number, and has
/// other times then.
CacheKey keyOf(const struct stat &Its) {
  return makeCacheKey({"hash of a file", std::to_string(Its.st_dev),
                       std::to_string(Its.st_ino)});
}

/// What is changed with the contents, as text. Nobody can choose the last.
std::string stateOf(const struct stat &Its) {
  std::string Text;
  for (int64_t Number :
       {int64_t(Its.st_size), int64_t(Its.st_mtim.tv_sec),
        int64_t(Its.st_mtim.tv_nsec), int64_t(Its.st_ctim.tv_sec),
        int64_t(Its.st_ctim.tv_nsec)})
    Text += std::to_string(Number) + " ";
  return Text;
}

/// Whether times tell of every change. Of file systems in memory, some pages
/// are written through mappings without any; at the far end of a network, there
/// is another clock.
bool isExactOn(int File) {
  // linux/magic.h has no XFS.
  constexpr auto Xfs = 0x58465342;
  struct statfs System;
  if (::fstatfs(File, &System) != 0)
    return false;
  const auto Type = static_cast<uint32_t>(System.f_type);
  return is_contained({uint32_t(EXT4_SUPER_MAGIC), uint32_t(Xfs),
                       uint32_t(BTRFS_SUPER_MAGIC), uint32_t(F2FS_SUPER_MAGIC)},
                      Type);
}

/// More than any clock's grain.
bool isOld(const struct stat &Its, const timespec &Now) {
  constexpr int64_t Seconds = 2;
  auto IsBefore = [&](const timespec &Time) {
    // Some have whole seconds alone, which a clock that is set may repeat.
    return Time.tv_sec < Now.tv_sec - Seconds;
  };
  return IsBefore(Its.st_mtim) && IsBefore(Its.st_ctim) &&
         Its.st_ctim.tv_nsec != 0;
}

/// Whether nobody has \p File open for writing, or may write to a mapping of
/// it: the kernel gives a lease only then (fcntl(2)), and to the owner alone.
bool hasNoWriter(int File) {
  // Whoever opens it meanwhile has us told, with a signal that would end us: it
  // comes to this thread, and is taken here.
  sigset_t Announcement, Before;
  sigemptyset(&Announcement);
  sigaddset(&Announcement, SIGIO);
  f_owner_ex Self = {F_OWNER_TID, ::gettid()};
  if (::fcntl(File, F_SETOWN_EX, &Self) != 0 ||
      ::fcntl(File, F_SETSIG, SIGIO) != 0 ||
      ::pthread_sigmask(SIG_BLOCK, &Announcement, &Before) != 0)
    return false;
  bool IsGiven = ::fcntl(File, F_SETLEASE, F_RDLCK) == 0;
  if (IsGiven) {
    IsGiven = ::fcntl(File, F_GETLEASE) == F_RDLCK;
    ::fcntl(File, F_SETLEASE, F_UNLCK);
  }
  const timespec AtOnce = {};
  siginfo_t Info = {};
  // Those that processes send have no positive code (sigaction(2)).
  while (::sigtimedwait(&Announcement, &Info, &AtOnce) == SIGIO)
    if (Info.si_code <= 0) {
      ::syscall(SYS_tgkill, ::getpid(), ::getpid(), SIGIO);
      break;
    }
  ::pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  return IsGiven;
}

} // namespace

ErrorOr<std::string> KnownHashes::of(const std::string &Path) {
  int File = ::open(Path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (File < 0)
    return std::error_code(errno, std::generic_category());
  auto Hash = ofOpen(File);
  ::close(File);
  return Hash;
}

ErrorOr<std::string> KnownHashes::ofOpen(int File) {
  struct stat Before, After;
  if (::fstat(File, &Before) != 0 || !S_ISREG(Before.st_mode) ||
      uint64_t(Before.st_size) < Smallest)
    return hashOfOpenFile(File);
  CacheKey Key = keyOf(Before);
  std::string Distrust, State = stateOf(Before);
  auto Kept = readKeyedStart(Cache.pathOf(Key), Key, Distrust);
  if (Kept) {
    StringRef Text(Kept->Bytes.data(), Kept->Bytes.size());
    if (Text.consume_front(State) && Text.size() == sizeof(CacheKey))
      return Text.str();
  }
  // Who opens it from now on changes its times when he writes.
  bool IsExact = isExactOn(File) && isOld(Before, Now) && hasNoWriter(File);
  auto Hash = hashOfOpenFile(File);
  if (Hash && IsExact && ::fstat(File, &After) == 0 && stateOf(After) == State)
    New.push_back({Key, State + *Hash});
  return Hash;
}

void KnownHashes::keep() const {
  // What cannot be kept is hashed again.
  for (const Hashed &Each : New)
    static_cast<void>(writeKeyedFile(Cache.pathOf(Each.Key), Each.Contents,
                                     Each.Contents.size(), Each.Key));
}

} // namespace remoterun::jit

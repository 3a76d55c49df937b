//===- SharedMemory.cpp - The executor's shared file, mapped --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/session/SharedMemory.h"
#include "controller/base/FileSizeSignalBlock.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace remoterun::controller {

using transport::Descriptor;

namespace {

Failure none(const std::string &Why) {
  return {Blame::Executor, "the executor's shared file " + Why};
}

Failure systemError(const std::string &What) {
  return none(What + ": " + strerror(errno));
}

/// As who has the descriptor opened it; empty where that cannot be told.
std::string linkOf(const std::string &Path) {
  char Text[PATH_MAX];
  ssize_t Length = ::readlink(Path.c_str(), Text, sizeof(Text));
  return Length > 0 ? std::string(Text, static_cast<size_t>(Length)) : "";
}

/// Whether it has pages of the usual size, of which the system has always one
/// to give; of large ones (MFD_HUGETLB) there may be no other.
bool isOfOrdinaryPages(int File) {
  struct statfs Found;
  return ::fstatfs(File, &Found) == 0 &&
         static_cast<unsigned long>(Found.f_type) == TMPFS_MAGIC;
}

} // namespace

Expected<SharedMemory> SharedMemory::open(pid_t Process, uint32_t Number,
                                          const std::string &Name,
                                          uint64_t Size) {
  if (!transport::canPublishCode())
    return Failure{Blame::Executor, "the processor finds instructions in its "
                                    "cache by virtual addresses"};
  // Opening a device can do something, or wait. So first a handle of whatever
  // is there, which is the same file when it is opened then.
  const std::string Theirs =
      "/proc/" + std::to_string(Process) + "/fd/" + std::to_string(Number);
  Descriptor Handle(::open(Theirs.c_str(), O_PATH | O_CLOEXEC));
  if (!Handle.isOpen())
    return systemError("cannot be found");
  const std::string Ours = "/proc/self/fd/" + std::to_string(Handle.get());
  // The rest says that it has no name in a folder.
  if (linkOf(Ours) != "/memfd:" + Name + " (deleted)")
    return none("is another file");
  Descriptor File(
      ::open(Ours.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!File.isOpen())
    return systemError("cannot be opened");
  // A page behind the end of a file that was cut off would be our end. First
  // this: the size holds from here on.
  int Seals = ::fcntl(File.get(), F_GET_SEALS);
  if (Seals < 0 || (Seals & F_SEAL_SHRINK) == 0)
    return none("can become shorter");
  struct stat Status;
  if (::fstat(File.get(), &Status) != 0 || !S_ISREG(Status.st_mode) ||
      Status.st_size < 0 || static_cast<uint64_t>(Status.st_size) != Size ||
      !isOfOrdinaryPages(File.get()))
    return none("is not of the size that was asked for");
  void *Mapped =
      ::mmap(nullptr, Size, PROT_READ | PROT_WRITE, MAP_SHARED, File.get(), 0);
  if (Mapped == MAP_FAILED)
    return systemError("cannot be mapped");
  SharedMemory Made;
  Made.Memory = {static_cast<uint8_t *>(Mapped), Size};
  Made.File = std::move(File);
  return Made;
}

void SharedMemory::write(uint64_t Offset, std::span<const uint8_t> Bytes) {
  FileSizeSignalBlock LimitFails;
  while (File.isOpen() && !Bytes.empty()) {
    ssize_t Count = ::pwrite(File.get(), Bytes.data(), Bytes.size(),
                             static_cast<off_t>(Offset));
    if (Count < 0 && errno == EINTR)
      continue;
    if (Count <= 0)
      break;
    Offset += static_cast<uint64_t>(Count);
    Bytes = Bytes.subspan(static_cast<size_t>(Count));
  }
  // Where there is a limit, or the file is closed.
  if (!Bytes.empty())
    std::memcpy(Memory.data() + Offset, Bytes.data(), Bytes.size());
}

void SharedMemory::answer() {
  std::atomic_ref(control().Answers).fetch_add(1);
  wakeAll(control().Answers);
}

void SharedMemory::letGoPages() const {
  ::madvise(Memory.data(), Memory.size(), MADV_DONTNEED);
}

SharedMemory::~SharedMemory() {
  if (!Memory.empty())
    ::munmap(Memory.data(), Memory.size());
}

} // namespace remoterun::controller

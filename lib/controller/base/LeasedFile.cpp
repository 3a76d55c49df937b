//===- LeasedFile.cpp - A file that is written when it is opened ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/LeasedFile.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::controller {

std::optional<LeasedFile> LeasedFile::create() {
  transport::Descriptor Made(::memfd_create("remote-run", MFD_CLOEXEC));
  if (!Made.isOpen())
    return std::nullopt;
  // A lease is given only where the kernel has counted the writer, which it
  // does for files that are opened.
  std::string Name = "/proc/self/fd/" + std::to_string(Made.get());
  LeasedFile Opened(::open(Name.c_str(), O_RDWR | O_CLOEXEC));
  if (Opened.descriptor() < 0)
    return std::nullopt;
  // Nobody is told of an opening before somebody waits for it.
  if (::fcntl(Opened.descriptor(), F_SETLEASE, F_WRLCK) == 0 &&
      ::fcntl(Opened.descriptor(), F_SETOWN, 0) != 0)
    Opened.release();
  return Opened;
}

std::string LeasedFile::path() const {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" +
         std::to_string(File.get());
}

void LeasedFile::awaitOpening() {
  f_owner_ex Self = {F_OWNER_TID, ::gettid()};
  // With a number of its own, the signal says which file it is about.
  if (::fcntl(File.get(), F_SETSIG, SIGIO) != 0 ||
      ::fcntl(File.get(), F_SETOWN_EX, &Self) != 0 ||
      ::fcntl(File.get(), F_GETLEASE) != F_WRLCK)
    return;
  sigset_t Announcement;
  sigemptyset(&Announcement);
  sigaddset(&Announcement, SIGIO);
  siginfo_t Info = {};
  for (;;) {
    int Signal = ::sigwaitinfo(&Announcement, &Info);
    // Those that processes send have no positive code (sigaction(2)).
    if (Signal == SIGIO && Info.si_code > 0)
      return;
    if (Signal == SIGIO)
      ::syscall(SYS_tgkill, ::getpid(), ::getpid(), SIGIO);
  }
}

void LeasedFile::release() { ::fcntl(File.get(), F_SETLEASE, F_UNLCK); }

void LeasedFile::withdraw() {
  if (::fcntl(File.get(), F_GETLEASE) == F_WRLCK)
    release();
}

} // namespace remoterun::controller

//===- OutputSink.cpp - Where forwarded output goes -----------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/terminal/OutputSink.h"
#include "controller/base/FileSizeSignalBlock.h"
#include "transport/SigpipeGuard.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace remoterun::controller {

OutputSink::OutputSink(int Number) : Number(Number) {
  struct stat Status;
  if (::fstat(Number, &Status) != 0)
    return;
  if (S_ISSOCK(Status.st_mode)) {
    What = Kind::Socket;
  } else if (S_ISREG(Status.st_mode) || S_ISBLK(Status.st_mode)) {
    What = Kind::File;
  } else {
    // Opened anew it has flags of its own (proc(5), /proc/pid/fd).
    char Path[40];
    std::snprintf(Path, sizeof(Path), "/proc/self/fd/%d", Number);
    Own = transport::Descriptor(
        ::open(Path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (Own.isOpen())
      What = Kind::Own;
  }
}

uint64_t OutputSink::flush() {
  transport::SigpipeGuard Guard;
  FileSizeSignalBlock LimitFails;
  uint64_t Written = 0;
  while (!Pending.empty() && !Error) {
    std::span<const uint8_t> Bytes = Pending.front();
    if (What == Kind::Shared) {
      // A pipe that is ready has room for so much (POSIX, PIPE_BUF).
      Bytes = Bytes.first(std::min<size_t>(Bytes.size(), PIPE_BUF));
      pollfd Poll = {Number, POLLOUT, 0};
      if (::poll(&Poll, 1, 0) == 0)
        break;
    }
    ssize_t Count = What == Kind::Socket
                        ? ::send(Number, Bytes.data(), Bytes.size(),
                                 MSG_DONTWAIT | MSG_NOSIGNAL)
                        : ::write(descriptor(), Bytes.data(), Bytes.size());
    if (Count >= 0) {
      Pending.drop(static_cast<size_t>(Count));
      Written += static_cast<uint64_t>(Count);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      Error = errno;
      if (Error == EPIPE && What != Kind::Socket)
        Guard.noteBrokenPipe();
      Pending.drop(Pending.size());
    }
  }
  return Written;
}

} // namespace remoterun::controller

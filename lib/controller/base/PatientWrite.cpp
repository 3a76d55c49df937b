//===- PatientWrite.cpp - Writes that do not wait for ever ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/PatientWrite.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <ctime>
#include <poll.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

constexpr int PatienceMs = 5000;

/// While it lives, this thread gets errors in place of SIGPIPE and SIGXFSZ.
class WriteSignalBlock {
public:
  WriteSignalBlock() {
    sigemptyset(&Blocked);
    sigaddset(&Blocked, SIGPIPE);
    sigaddset(&Blocked, SIGXFSZ);
    sigset_t Pending;
    sigpending(&Pending);
    for (int Signal : {SIGPIPE, SIGXFSZ})
      if (sigismember(&Pending, Signal) == 1)
        sigdelset(&Blocked, Signal);
    pthread_sigmask(SIG_BLOCK, &Blocked, &Before);
  }
  ~WriteSignalBlock() {
    int Error = errno;
    // Those that were pending before are not ours to take.
    timespec AtOnce = {};
    while (::sigtimedwait(&Blocked, nullptr, &AtOnce) > 0)
      ;
    pthread_sigmask(SIG_SETMASK, &Before, nullptr);
    errno = Error;
  }
  WriteSignalBlock(const WriteSignalBlock &) = delete;
  WriteSignalBlock &operator=(const WriteSignalBlock &) = delete;

private:
  sigset_t Blocked, Before;
};

} // namespace

int writePatiently(int Descriptor, std::string_view Bytes) {
  WriteSignalBlock Block;
  while (!Bytes.empty()) {
    pollfd Poll = {Descriptor, POLLOUT, 0};
    int Ready = ::poll(&Poll, 1, PatienceMs);
    if (Ready == 0)
      return ETIMEDOUT;
    // So much fits into a pipe that is ready (pipe(7)).
    size_t Size = std::min<size_t>(Bytes.size(), PIPE_BUF);
    ssize_t Written = Ready < 0 ? -1 : ::write(Descriptor, Bytes.data(), Size);
    if (Written >= 0)
      Bytes.remove_prefix(static_cast<size_t>(Written));
    else if (errno != EINTR && errno != EAGAIN)
      return errno;
  }
  return 0;
}

} // namespace remoterun::controller

//===- Watchdog.cpp - Ends what takes too long ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/Watchdog.h"
#include "transport/Descriptor.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// One process has one; its thread outlives no call of stop().
struct {
  pthread_t Thread;
  Deadline End{{}, {}};
  void (*OnExpiry)();
  /// A byte in it ends the thread. (Not eventfd(2), which a container may
  /// refuse.)
  transport::Pipe Stop;
} TheWatchdog;

void *watch(void *) {
  pollfd Poll = {TheWatchdog.Stop.Reader.get(), POLLIN, 0};
  for (;;) {
    timespec Left = TheWatchdog.End.left();
    int Ready = ::ppoll(&Poll, 1, &Left, nullptr);
    if (Ready > 0)
      return nullptr;
    if (Ready == 0)
      TheWatchdog.OnExpiry();
  }
}

} // namespace

Expected<void> Watchdog::start(Deadline End, void (*OnExpiry)()) {
  TheWatchdog.End = End;
  TheWatchdog.OnExpiry = OnExpiry;
  int Error = transport::makePipe(TheWatchdog.Stop);
  if (!Error) {
    // It starts with this mask, and the guest must not.
    sigset_t All, Before;
    sigfillset(&All);
    pthread_sigmask(SIG_SETMASK, &All, &Before);
    Error = pthread_create(&TheWatchdog.Thread, nullptr, watch, nullptr);
    pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  }
  if (Error)
    return Failure{Blame::Internal, std::string("cannot watch the time of "
                                                "--timeout: ") +
                                        strerror(Error)};
  return {};
}

void Watchdog::stop() {
  if (!TheWatchdog.Stop.Writer.isOpen())
    return;
  [[maybe_unused]] ssize_t Written =
      ::write(TheWatchdog.Stop.Writer.get(), "", 1);
  pthread_join(TheWatchdog.Thread, nullptr);
  TheWatchdog.Stop = {};
}

} // namespace remoterun::controller

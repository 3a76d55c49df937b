//===- Watchdog.cpp - Ends what takes too long ----------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/Watchdog.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/eventfd.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// One process has one; its thread outlives no call of stop().
struct {
  pthread_t Thread;
  Deadline End{{}, {}};
  void (*OnExpiry)();
  int StopEvent = -1;
} TheWatchdog;

void *watch(void *) {
  pollfd Poll = {TheWatchdog.StopEvent, POLLIN, 0};
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
  TheWatchdog.StopEvent = ::eventfd(0, EFD_CLOEXEC);
  int Error = TheWatchdog.StopEvent < 0 ? errno : 0;
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
  if (TheWatchdog.StopEvent < 0)
    return;
  uint64_t One = 1;
  [[maybe_unused]] ssize_t Written =
      ::write(TheWatchdog.StopEvent, &One, sizeof(One));
  pthread_join(TheWatchdog.Thread, nullptr);
  ::close(TheWatchdog.StopEvent);
  TheWatchdog.StopEvent = -1;
}

} // namespace remoterun::controller

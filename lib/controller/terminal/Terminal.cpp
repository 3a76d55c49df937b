//===- Terminal.cpp - Whose the keyboard is -------------------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/terminal/Terminal.h"

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// What takeBack() needs; a group of 0 for a terminal that is not given away.
std::atomic<int> GivenDevice = -1;
std::atomic<pid_t> GivenGroup = 0;

bool setForeground(int Device, pid_t Group) {
  // From the background, it would stop us.
  sigset_t Sigttou, Before;
  sigemptyset(&Sigttou);
  sigaddset(&Sigttou, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &Sigttou, &Before);
  bool Done = ::tcsetpgrp(Device, Group) == 0;
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  return Done;
}

} // namespace

Terminal::Terminal() : Device(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
  transport::moveAboveStandardStreams(Device);
}

bool Terminal::isOurs() const {
  return Device.isOpen() && ::tcgetpgrp(Device.get()) == ::getpgrp();
}

bool Terminal::isOursAlone() const {
  return isOurs() && ::getpgrp() == ::getpid() && ::isatty(STDIN_FILENO) &&
         ::isatty(STDOUT_FILENO);
}

bool Terminal::giveTo(pid_t Group) {
  if (!isOurs())
    return false;
  GivenDevice = Device.get();
  GivenGroup = Group;
  if (setForeground(Device.get(), Group))
    return true;
  GivenGroup = 0;
  return false;
}

bool Terminal::isGiven() const { return GivenGroup != 0; }

void Terminal::takeBack() {
  pid_t Group = GivenGroup.exchange(0);
  if (Group != 0 && ::tcgetpgrp(GivenDevice) == Group)
    setForeground(GivenDevice, ::getpgrp());
}

} // namespace remoterun::controller

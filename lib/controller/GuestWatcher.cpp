//===- GuestWatcher.cpp - Who wakes us while we are stopped ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/GuestWatcher.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

/// By proc_pid_stat(5).
bool isStopped(pid_t Process) {
  char Path[32], Text[512];
  std::snprintf(Path, sizeof(Path), "/proc/%d/stat", static_cast<int>(Process));
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return false;
  ssize_t Size = ::read(File, Text, sizeof(Text) - 1);
  ::close(File);
  Text[Size > 0 ? Size : 0] = '\0';
  // The program's name, which may be anything, is in parentheses.
  const char *State = std::strrchr(Text, ')');
  return State && (State[2] == 'T' || State[2] == 't');
}

[[noreturn]] void watch(pid_t Guest, pid_t Stopped) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // What stops the whole group is not for us.
  sigset_t All;
  sigfillset(&All);
  sigprocmask(SIG_SETMASK, &All, nullptr);
  constexpr timespec Pause = {0, 20'000'000};
  // Again and again, until we are ended: it may be about to stop, and that
  // throws a SIGCONT away.
  for (; ::getppid() == Stopped; ::nanosleep(&Pause, nullptr))
    if (!isStopped(Guest))
      ::kill(Stopped, SIGCONT);
  ::_exit(0);
}

} // namespace

GuestWatcher::GuestWatcher(pid_t Guest) {
  pid_t Self = ::getpid();
  Child = ::fork();
  if (Child == 0)
    watch(Guest, Self);
}

GuestWatcher::~GuestWatcher() {
  if (Child <= 0)
    return;
  ::kill(Child, SIGKILL);
  while (::waitpid(Child, nullptr, 0) < 0 && errno == EINTR)
    ;
}

} // namespace remoterun::controller

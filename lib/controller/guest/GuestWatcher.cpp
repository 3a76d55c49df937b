//===- GuestWatcher.cpp - Who wakes us while we are stopped ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/guest/GuestWatcher.h"

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

enum class State { Stopped, Runs, Unknown };

/// By proc_pid_stat(5), which a container, or another user's process, may lack.
State stateOf(pid_t Process) {
  char Path[32], Text[512];
  std::snprintf(Path, sizeof(Path), "/proc/%d/stat", static_cast<int>(Process));
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return State::Unknown;
  ssize_t Size = ::read(File, Text, sizeof(Text) - 1);
  ::close(File);
  Text[Size > 0 ? Size : 0] = '\0';
  // The program's name, which may be anything, is in parentheses.
  const char *Letter = std::strrchr(Text, ')');
  if (!Letter || Letter[1] == '\0')
    return State::Unknown;
  return Letter[2] == 'T' || Letter[2] == 't' ? State::Stopped : State::Runs;
}

/// Tells by its processor time whether a process runs again: what is stopped
/// uses none, and being continued, or killed, takes some.
class ProcessorTime {
public:
  explicit ProcessorTime(pid_t Process) {
    HasClock = ::clock_getcpuclockid(Process, &Clock) == 0;
  }

  /// Whether it has run since the last call. Not of the first two: what the
  /// stop itself took may be counted late.
  bool hasPassed() {
    timespec Now;
    // Who has no clock any more is gone.
    if (!HasClock || ::clock_gettime(Clock, &Now) != 0)
      return true;
    bool Passed = Calls >= 2 &&
                  (Now.tv_sec != Seen.tv_sec || Now.tv_nsec != Seen.tv_nsec);
    Seen = Now;
    Calls += Calls < 2;
    return Passed;
  }

private:
  clockid_t Clock;
  bool HasClock;
  timespec Seen = {};
  int Calls = 0;
};

[[noreturn]] void watch(pid_t Guest, pid_t Stopped) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // What stops the whole group is not for us.
  sigset_t All;
  sigfillset(&All);
  sigprocmask(SIG_SETMASK, &All, nullptr);
  constexpr timespec Pause = {0, 20'000'000};
  ProcessorTime Time(Guest);
  bool Runs = false;
  for (; ::getppid() == Stopped; ::nanosleep(&Pause, nullptr)) {
    State Seen = stateOf(Guest);
    bool HasRun = Time.hasPassed();
    Runs = Seen == State::Unknown ? Runs || HasRun : Seen == State::Runs;
    // Again and again, until we are ended: it may be about to stop, and that
    // throws a SIGCONT away.
    if (Runs)
      ::kill(Stopped, SIGCONT);
  }
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

//===- Children.cpp - Processes that we have to answer for ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/Children.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

struct Slot {
  /// 0 for none. Who exchanges it for 0 may reap the child, and nobody else.
  std::atomic<pid_t> Pid = 0;
  std::atomic<bool> LeadsGroup = false;
  rusage Usage;
  std::atomic<bool> HasUsage = false; ///< Usage is complete.
};
Slot Slots[2];

Slot &slotOf(Child Which) { return Slots[static_cast<size_t>(Which)]; }

/// The process ends on another thread, which needs nothing more from this one.
[[noreturn]] void awaitEnd() {
  for (;;)
    ::pause();
}

/// A killed process may be stuck in the kernel: init reaps it then.
bool endsSoon(pid_t Pid) {
  constexpr int LongestMs = 5000;
  // glibc 2.36 declares pidfd_open for C only.
  auto Process = static_cast<int>(::syscall(SYS_pidfd_open, Pid, 0));
  if (Process < 0)
    return true;
  pollfd Poll = {Process, POLLIN, 0};
  int Ready;
  while ((Ready = ::poll(&Poll, 1, LongestMs)) < 0 && errno == EINTR)
    ;
  ::close(Process);
  return Ready != 0;
}

void take(Slot &From, pid_t Pid, int &Raw) {
  while (::wait4(Pid, &Raw, 0, &From.Usage) < 0 && errno == EINTR)
    ;
  From.HasUsage.store(true, std::memory_order_release);
}

} // namespace

void noteChild(Child Which, pid_t Pid, bool LeadsGroup) {
  Slot &Noted = slotOf(Which);
  Noted.HasUsage = false;
  Noted.LeadsGroup = LeadsGroup;
  Noted.Pid = Pid;
}

Reaping reapChild(Child Which, bool Wait, int &Raw) {
  Slot &Noted = slotOf(Which);
  pid_t Pid = Noted.Pid;
  if (Pid == 0)
    awaitEnd();
  siginfo_t Info = {};
  int Failed;
  while ((Failed = ::waitid(P_PID, static_cast<id_t>(Pid), &Info,
                            WEXITED | WNOWAIT | (Wait ? 0 : WNOHANG))) != 0 &&
         errno == EINTR)
    ;
  if (!Failed && Info.si_pid == 0)
    return Reaping::StillRuns;
  int Error = errno;
  if (Noted.Pid.exchange(0) == 0)
    awaitEnd();
  if (Failed) {
    errno = Error;
    return Reaping::Failed;
  }
  take(Noted, Pid, Raw);
  return Reaping::Done;
}

std::optional<rusage> usageOfChild(Child Which) {
  Slot &Noted = slotOf(Which);
  if (!Noted.HasUsage.load(std::memory_order_acquire))
    return std::nullopt;
  return Noted.Usage;
}

void endChildren() {
  for (Slot &Noted : Slots) {
    pid_t Pid = Noted.Pid.exchange(0);
    if (Pid == 0)
      continue;
    if (Noted.LeadsGroup)
      ::kill(-Pid, SIGKILL);
    ::kill(Pid, SIGKILL);
    int Raw;
    if (endsSoon(Pid))
      take(Noted, Pid, Raw);
  }
}

} // namespace remoterun::controller

//===- Children.cpp - Processes that we have to answer for ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/process/Children.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::controller {

namespace {

constexpr pid_t Starting = -1;

struct Slot {
  /// 0 for none, Starting for one whose number is not known yet. Who exchanges
  /// it for 0 may reap the child, and nobody else.
  std::atomic<pid_t> Pid = 0;
  std::atomic<bool> LeadsGroup = false;
  /// To hang up on; -1 for none. A number may become another file's: this is
  /// the pipe.
  std::atomic<int> Writer = -1;
  dev_t WriterDevice = 0;
  ino_t WriterInode = 0;
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

/// Whether the child can be reaped within \p Milliseconds. Not by a pidfd,
/// which not every kernel and container has.
bool endsWithin(pid_t Pid, int Milliseconds) {
  constexpr timespec Pause = {0, 1'000'000};
  for (int PausesLeft = Milliseconds;; --PausesLeft) {
    siginfo_t Info = {};
    if (::waitid(P_PID, static_cast<id_t>(Pid), &Info,
                 WEXITED | WNOWAIT | WNOHANG) != 0 ||
        Info.si_pid != 0)
      return true;
    if (PausesLeft == 0)
      return false;
    ::nanosleep(&Pause, nullptr);
  }
}

/// Closes our end of the pipe, by putting another file in its place: another
/// thread may use the number.
void closeWriter(const Slot &Noted) {
  int Writer = Noted.Writer;
  struct stat Status;
  if (Writer < 0 || ::fstat(Writer, &Status) != 0 ||
      Status.st_dev != Noted.WriterDevice || Status.st_ino != Noted.WriterInode)
    return;
  int Nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (Nothing >= 0)
    ::dup3(Nothing, Writer, O_CLOEXEC);
}

void signalChild(const Slot &Noted, pid_t Pid, int Signal) {
  if (Noted.LeadsGroup)
    ::kill(-Pid, Signal);
  ::kill(Pid, Signal);
}

/// A launcher ends by an end of the file, or else by SIGHUP, and with it who
/// reads from it at the far end. The signal comes second: a shell that is a
/// launcher would tell of what the signal has ended.
void hangUp(const Slot &Noted, pid_t Pid) {
  constexpr int LongestByEndMs = 300, LongestBySignalMs = 1000;
  closeWriter(Noted);
  if (endsWithin(Pid, LongestByEndMs))
    return;
  signalChild(Noted, Pid, SIGHUP);
  endsWithin(Pid, LongestBySignalMs);
}

void take(Slot &From, pid_t Pid, int &Raw) {
  while (::wait4(Pid, &Raw, 0, &From.Usage) < 0 && errno == EINTR)
    ;
  From.HasUsage.store(true, std::memory_order_release);
}

/// The number in \p Noted, which is taken out of it; 0 for none.
pid_t takeOut(Slot &Noted) {
  // posix_spawn(3) returns when the child has executed its file; one on a file
  // system that does not answer is given up.
  constexpr timespec Pause = {0, 1'000'000};
  for (int PausesLeft = 5000; Noted.Pid == Starting && PausesLeft != 0;
       --PausesLeft)
    ::nanosleep(&Pause, nullptr);
  pid_t Pid = Noted.Pid.exchange(0);
  return Pid == Starting ? 0 : Pid;
}

/// Signals that libc keeps for itself, and that sigaction(2) refuses: those of
/// them that we do not ignore. posix_spawn(3) makes a child ignore them unless
/// it is told of them; and from the first thread on (the watchdog's), libc has
/// a handler for one.
sigset_t signalsOfLibcToReset() {
  sigset_t ToReset;
  sigemptyset(&ToReset);
  constexpr int First = 32, WordSize = 8 * sizeof(ToReset.__val[0]);
  for (int Signal = First; Signal < SIGRTMIN; ++Signal) {
    // The kernel's struct, which starts with the handler.
    uintptr_t Action[8] = {};
    if (::syscall(SYS_rt_sigaction, Signal, nullptr, Action, _NSIG / 8) == 0 &&
        Action[0] != reinterpret_cast<uintptr_t>(SIG_IGN))
      ToReset.__val[(Signal - 1) / WordSize] |= 1ul
                                                << ((Signal - 1) % WordSize);
  }
  return ToReset;
}

} // namespace

int startChildBy(Child Which, bool OwnGroup,
                 const std::function<int(const sigset_t &, pid_t &)> &Start,
                 pid_t &Pid) {
  sigset_t All, Before;
  sigfillset(&All);
  pthread_sigmask(SIG_SETMASK, &All, &Before);
  Slot &Noted = slotOf(Which);
  Noted.HasUsage = false;
  Noted.LeadsGroup = OwnGroup;
  Noted.Writer = -1;
  Noted.Pid = Starting;
  int Error = Start(Before, Pid);
  pid_t Expected = Starting;
  if (!Noted.Pid.compare_exchange_strong(Expected, Error ? 0 : Pid))
    awaitEnd();
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  return Error;
}

int startChild(Child Which, const char *Path,
               const posix_spawn_file_actions_t &Actions, bool OwnGroup,
               char **Arguments, char **Environment, pid_t &Pid) {
  posix_spawnattr_t Attributes;
  if (int Error = ::posix_spawnattr_init(&Attributes))
    return Error;
  // The default group is a new one.
  sigset_t ToReset = signalsOfLibcToReset();
  ::posix_spawnattr_setsigdefault(&Attributes, &ToReset);
  ::posix_spawnattr_setflags(
      &Attributes,
      static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                         (OwnGroup ? POSIX_SPAWN_SETPGROUP : 0)));
  auto Spawn = [&](const sigset_t &Mask, pid_t &Started) {
    ::posix_spawnattr_setsigmask(&Attributes, &Mask);
    return ::posix_spawn(&Started, Path, &Actions, &Attributes, Arguments,
                         Environment);
  };
  int Error = startChildBy(Which, OwnGroup, Spawn, Pid);
  ::posix_spawnattr_destroy(&Attributes);
  return Error;
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

void endByHangup(Child Which, int Writer) {
  Slot &Noted = slotOf(Which);
  struct stat Status;
  if (::fstat(Writer, &Status) != 0)
    return;
  Noted.WriterDevice = Status.st_dev;
  Noted.WriterInode = Status.st_ino;
  Noted.Writer = Writer;
}

void endChildren() {
  for (Slot &Noted : Slots) {
    pid_t Pid = takeOut(Noted);
    if (Pid == 0)
      continue;
    if (Noted.Writer >= 0)
      hangUp(Noted, Pid);
    signalChild(Noted, Pid, SIGKILL);
    // One that is stuck in the kernel is reaped by init.
    constexpr int LongestMs = 5000;
    int Raw;
    if (endsWithin(Pid, LongestMs))
      take(Noted, Pid, Raw);
  }
}

} // namespace remoterun::controller

//===- OtherThreads.cpp - Threads that libraries have started -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/tls/OtherThreads.h"
#include "executor/base/Digits.h"
#include "executor/base/Libc.h"
#include "wire/List.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

namespace {

/// The second of the two that libc keeps for itself (nptl(7)). sigfillset(3)
/// leaves it out, so that no thread blocks it.
constexpr int SignalOfLibc = 33;
constexpr char Tasks[] = "/proc/self/task";

void (*ToBeCalled)() = nullptr;
std::atomic<bool> WasCalled = false;

void onSignal(int) {
  ToBeCalled();
  WasCalled = true;
}

/// The kernel's struct sigaction, whose first word is the handler on all of our
/// architectures. libc refuses to install anything for its own signals.
struct KernelAction {
  uintptr_t Words[8] = {};

  bool get(int Signal) {
    return ::syscall(SYS_rt_sigaction, Signal, nullptr, Words, _NSIG / 8) == 0;
  }
  bool set(int Signal) const {
    return ::syscall(SYS_rt_sigaction, Signal, Words, nullptr, _NSIG / 8) == 0;
  }
};

/// An action with libc's way back from a handler, which some architectures
/// need; libc makes it, of a signal that is ignored by default.
bool makeAction(KernelAction &Made) {
  struct sigaction Action = {}, Before;
  Action.sa_handler = onSignal;
  Action.sa_flags = SA_RESTART;
  sigfillset(&Action.sa_mask);
  // For a moment: one that came now would find nothing to do.
  ToBeCalled = [] {};
  bool IsMade = ::sigaction(SIGURG, &Action, &Before) == 0 && Made.get(SIGURG);
  ::sigaction(SIGURG, &Before, nullptr);
  return IsMade;
}

/// Whether there may be a second thread: each has a folder, which is a link. An
/// emulator has threads of its own, of which libc knows nothing.
bool mayHaveOtherThreads() {
  constexpr uint32_t OfOneThread = 3;
  struct statx Status;
  // A sandbox may know nothing of this system call.
  bool MayHave = ::statx(AT_FDCWD, Tasks, 0, STATX_NLINK, &Status) == 0
                     ? Status.stx_nlink > OfOneThread
                     : errno != ENOENT;
  // glibc's <sys/single_threaded.h>.
  constexpr unsigned FirstThatTells = 32;
  if (!MayHave || libcVersion() < FirstThatTells)
    return MayHave;
  const auto *IsSingle = static_cast<const volatile char *>(
      libc.dlsym(RTLD_DEFAULT, "__libc_single_threaded"));
  return !IsSingle || !*IsSingle;
}

/// Adds those that \p Known has not. Without opendir(3), whose memory would be
/// the guest's heap.
void findThreads(List<pid_t> &Known) {
  int Folder = ::open(Tasks, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (Folder < 0)
    return;
  alignas(dirent64) char Entries[4096];
  long Size;
  while ((Size = ::syscall(SYS_getdents64, Folder, Entries, sizeof(Entries))) >
         0)
    for (long Place = 0; Place < Size;) {
      auto *Entry = reinterpret_cast<dirent64 *>(Entries + Place);
      Place += Entry->d_reclen;
      pid_t Thread = static_cast<pid_t>(leadingNumber(Entry->d_name));
      if (Thread != 0 &&
          std::find(Known.begin(), Known.end(), Thread) == Known.end())
        Known.push(Thread);
    }
  ::close(Folder);
}

/// By proc_pid_status(5), a bit for each signal; 0 for one that is not there.
uint64_t blockedSignals(pid_t Thread) {
  char Path[64], Text[4096];
  std::snprintf(Path, sizeof(Path), "%s/%d/status", Tasks,
                static_cast<int>(Thread));
  int File = ::open(Path, O_RDONLY | O_CLOEXEC);
  if (File < 0)
    return 0;
  ssize_t Size = ::read(File, Text, sizeof(Text) - 1);
  ::close(File);
  Text[Size > 0 ? Size : 0] = '\0';
  const char *Mask = std::strstr(Text, "\nSigBlk:");
  return Mask ? leadingNumber(Mask + std::strlen("\nSigBlk:"), 16) : 0;
}

bool blocksSignal(pid_t Thread) {
  return blockedSignals(Thread) >> (SignalOfLibc - 1) & 1;
}

/// As an emulator's own threads do, to which the signal comes under another
/// number.
bool blocksAllOthers(pid_t Thread) {
  constexpr uint64_t BehindThatOfLibc = UINT64_MAX << SignalOfLibc;
  return (blockedSignals(Thread) & BehindThatOfLibc) == BehindThatOfLibc;
}

constexpr timespec Pause = {0, 50'000};

/// False for one that never takes it, as those of the kernel. One that is being
/// started, and who starts it, block all signals meanwhile.
bool takesSignal(pid_t Thread) {
  constexpr int MostPauses = 4'000; // A fifth of a second.
  for (int Pauses = 0; blocksSignal(Thread); ++Pauses) {
    if (Pauses == MostPauses)
      return false;
    ::nanosleep(&Pause, nullptr);
  }
  return true;
}

Expected<void> callIn(pid_t Thread) {
  constexpr int MostPauses = 100'000; // Five seconds.
  constexpr int MostOfEmulator = 10'000;
  long Process = ::syscall(SYS_getpid);
  WasCalled = false;
  if (::syscall(SYS_tgkill, Process, Thread, SignalOfLibc) != 0)
    return {};
  for (int Pauses = 0; !WasCalled; ++Pauses) {
    if (::syscall(SYS_tgkill, Process, Thread, 0) != 0)
      return {};
    if (Pauses == MostOfEmulator && blocksAllOthers(Thread))
      return {};
    if (Pauses == MostPauses)
      return failure("thread %d, which a library has started, does not react",
                     static_cast<int>(Thread));
    ::nanosleep(&Pause, nullptr);
  }
  return {};
}

} // namespace

Expected<void> callInOtherThreads(void (*Act)()) {
  if (!mayHaveOtherThreads())
    return {};
  KernelAction Before, Ours;
  if (!makeAction(Ours) || !Before.get(SignalOfLibc) || !Ours.set(SignalOfLibc))
    return failure("cannot interrupt the threads that libraries have started: "
                   "%s",
                   std::strerror(errno));
  ToBeCalled = Act;
  Expected<void> Result;
  List<pid_t> Threads;
  Threads.push(static_cast<pid_t>(::syscall(SYS_gettid)));
  // One that has been interrupted may have been about to start another.
  for (size_t Done = 1; Result;) {
    findThreads(Threads);
    if (Done == Threads.size())
      break;
    for (; Result && Done != Threads.size(); ++Done)
      if (takesSignal(Threads[Done]))
        Result = callIn(Threads[Done]);
  }
  Before.set(SignalOfLibc);
  return Result;
}

} // namespace remoterun::executor

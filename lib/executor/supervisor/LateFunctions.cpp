//===- LateFunctions.cpp - Between a guest and its compiler ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/supervisor/LateFunctions.h"
#include "executor/base/Libc.h"
#include "executor/memory/SharedFile.h"
#include "transport/PublishedCode.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace remoterun::executor {

using transport::Descriptor;

namespace {

/// What the kernel marks when this thread is gone (get_robust_list(2)). libc
/// has a list of its own for each thread, for mutexes that nobody here has.
struct {
  robust_list_head Head;
  robust_list Entry;
} Robust;

/// The entry is of this process alone, so that nobody else can change it; what
/// it stands for lies as far from it as the list says.
bool own(uint32_t &Futex) {
  Robust.Head.list.next = &Robust.Entry;
  Robust.Head.list_op_pending = nullptr;
  Robust.Head.futex_offset =
      static_cast<long>(reinterpret_cast<intptr_t>(&Futex) -
                        reinterpret_cast<intptr_t>(&Robust.Entry));
  Robust.Entry.next = &Robust.Head.list;
  std::atomic_ref(Futex).store(static_cast<uint32_t>(::syscall(SYS_gettid)));
  return ::syscall(SYS_set_robust_list, &Robust.Head, sizeof(Robust.Head)) == 0;
}

void disown() { Robust.Head.list.next = &Robust.Head.list; }

/// What the thread that waits for requests has to know.
struct {
  uint32_t *Requests;
  int Wake;
  std::atomic<uint32_t> Ends, HasEnded;
} Watch;

long futex(void *Word, int Operation, uint32_t Value, const timespec *Limit) {
  return ::syscall(SYS_futex, Word, Operation, Value, Limit, nullptr, 0);
}

/// Not for ever: a filter of system calls (seccomp(2)) may keep the guest from
/// waking us.
void *watchRequests(void *) {
  constexpr long Shortest = 20'000'000, Longest = 320'000'000; // ns
  std::atomic_ref Requests(*Watch.Requests);
  long Patience = Shortest;
  uint32_t Seen = 0;
  while (Watch.Ends == 0) {
    const timespec Limit = {0, Patience};
    futex(Watch.Requests, FUTEX_WAIT, Seen, &Limit);
    uint32_t Now = Requests.load();
    Patience = Now != Seen ? Shortest : std::min(2 * Patience, Longest);
    Seen = Now;
    ::eventfd_write(Watch.Wake, 1);
  }
  Watch.HasEnded = 1;
  futex(&Watch.HasEnded, FUTEX_WAKE, INT_MAX, nullptr);
  return nullptr;
}

Failure systemError(const char *What) {
  return failure("the supervisor cannot %s: %s", What, std::strerror(errno));
}

void *mapFile(int File, size_t Size, void *Place) {
  return ::mmap(Place, Size, PROT_READ | PROT_WRITE,
                MAP_SHARED | (Place ? MAP_FIXED : 0), File, 0);
}

} // namespace

LateFunctions::LateFunctions(Descriptor File, std::span<uint8_t> Memory,
                             uint32_t Functions)
    : Memory(Memory), File(std::move(File)) {
  IsTold.resize(Functions);
}

LateFunctions::~LateFunctions() {
  if (Memory.empty())
    return;
  stopWatching();
  disown();
  ::munmap(Memory.data(), Memory.size());
}

Expected<LateFunctions> LateFunctions::open(pid_t Executor,
                                            const wire::Shared &Made) {
  if (!transport::canPublishCode())
    return failure("the processor finds instructions in its cache by virtual "
                   "addresses");
  char Path[48];
  std::snprintf(Path, sizeof(Path), "/proc/%d/fd/%u",
                static_cast<int>(Executor), Made.Descriptor);
  Descriptor File(::open(Path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  // Of fstat(2), libc has a version that is too new (MappedFile.cpp).
  off_t End = File.isOpen() ? ::lseek(File.get(), 0, SEEK_END) : -1;
  if (End < 0)
    return systemError("open the executor's shared file");
  auto Size = static_cast<size_t>(End);
  // A page behind the end of a file that was cut off would be our end.
  int Seals = ::fcntl(File.get(), F_GET_SEALS);
  if (Seals < 0 || (Seals & F_SEAL_SHRINK) == 0 ||
      wire::lateControlSize(Made.Functions) > Size)
    return failure("the executor's shared file is another");
  void *Mapped = mapFile(File.get(), Size, nullptr);
  if (Mapped == MAP_FAILED)
    return systemError("map the executor's shared file");
  LateFunctions Result(std::move(File), {static_cast<uint8_t *>(Mapped), Size},
                       Made.Functions);
  if (!own(*reinterpret_cast<uint32_t *>(Result.control().Owner)))
    return systemError("have the program told of its end");
  if (auto Watched = Result.watch(); !Watched)
    return Watched.error();
  return Result;
}

Expected<void> LateFunctions::watch() {
  Wake = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!Wake.isOpen())
    return systemError("make an eventfd");
  Watch.Requests = &control().Requests;
  Watch.Wake = Wake.get();
  Watch.Ends = Watch.HasEnded = 0;
  // Signals are for who waits for the guest.
  sigset_t All, Before;
  sigfillset(&All);
  ::sigprocmask(SIG_SETMASK, &All, &Before);
  pthread_t Thread;
  int Error = libc.pthread_create(&Thread, nullptr, watchRequests, nullptr);
  ::sigprocmask(SIG_SETMASK, &Before, nullptr);
  errno = Error;
  IsWatched = Error == 0;
  return IsWatched ? Expected<void>() : systemError("start a thread");
}

void LateFunctions::stopWatching() {
  if (!std::exchange(IsWatched, false))
    return;
  Watch.Ends = 1;
  // So that it does not begin to wait.
  std::atomic_ref(control().Requests).fetch_add(1);
  futex(&control().Requests, FUTEX_WAKE, INT_MAX, nullptr);
  while (Watch.HasEnded == 0)
    futex(&Watch.HasEnded, FUTEX_WAIT, 0, nullptr);
}

wire::Wanted LateFunctions::takeWanted() {
  wire::Wanted Message;
  eventfd_t Ignored;
  ::eventfd_read(Wake.get(), &Ignored);
  for (uint32_t Number = 0; Number != IsTold.size(); ++Number) {
    if (IsTold[Number] || std::atomic_ref(control().Wanted[Number]).load() == 0)
      continue;
    if (Message.Functions.size() == wire::Wanted::Most) {
      ::eventfd_write(Wake.get(), 1);
      break;
    }
    IsTold[Number] = true;
    Message.Functions.push(Number);
  }
  return Message;
}

bool LateFunctions::place(const wire::Place &Message) const {
  if (Message.Offset > Memory.size() ||
      Message.Bytes.size() > Memory.size() - Message.Offset ||
      !writeSharedFile(File.get(), Message.Offset, Message.Bytes))
    return false;
  transport::publishCode(Memory.subspan(Message.Offset, Message.Bytes.size()));
  return true;
}

bool LateFunctions::publish(const wire::Publish &Message) const {
  for (auto [Offset, Value] : Message.Words) {
    if (Offset >= Memory.size() || Memory.size() - Offset < sizeof(Value))
      return false;
    // Whoever sees the word sees what was written before it.
    std::atomic_ref(*reinterpret_cast<uint64_t *>(Memory.data() + Offset))
        .store(Value, std::memory_order_release);
  }
  std::atomic_ref(control().Answers).fetch_add(1);
  futex(&control().Answers, FUTEX_WAKE, INT_MAX, nullptr);
  return true;
}

bool LateFunctions::hasCallers() {
  if (std::atomic_ref(control().HasForked).load() == 0)
    return false;
  stopWatching();
  // The kernel makes a file that nobody has mapped to write read-only, and no
  // other (F_SEAL_WRITE of fcntl(2)).
  disown();
  ::munmap(Memory.data(), Memory.size());
  bool IsMapped =
      ::fcntl(File.get(), F_ADD_SEALS, F_SEAL_WRITE) != 0 && errno == EBUSY;
  if (!IsMapped ||
      mapFile(File.get(), Memory.size(), Memory.data()) == MAP_FAILED) {
    Memory = {};
    return false;
  }
  return own(*reinterpret_cast<uint32_t *>(control().Owner));
}

} // namespace remoterun::executor

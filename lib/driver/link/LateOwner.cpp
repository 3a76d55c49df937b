//===- LateOwner.cpp - Whose life a program with late functions needs -----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "controller/base/Printable.h"
#include "driver/link/LateLink.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace remoterun::driver {

/// The kernel tells the program when the thread that has called this is gone,
/// whatever has ended it.
void LateLink::own() {
  pthread_mutexattr_t Attributes;
  pthread_mutexattr_init(&Attributes);
  pthread_mutexattr_setpshared(&Attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&Attributes, PTHREAD_MUTEX_ROBUST);
  static_assert(sizeof(pthread_mutex_t) <= sizeof(jit::LateControl::Owner));
  auto *Owner = reinterpret_cast<pthread_mutex_t *>(control().Owner);
  pthread_mutex_init(Owner, &Attributes);
  pthread_mutexattr_destroy(&Attributes);
  pthread_mutex_lock(Owner);
  OwnsProgram = true;
}

namespace {

/// Waits until the process \p Guest is gone, which \p File is a descriptor of
/// (pidfd_open(2)), or negative.
void awaitEnd(pid_t Guest, int File) {
  constexpr timespec BetweenLooks = {0, 100'000'000};
  pollfd Ended = {File, POLLIN, 0};
  if (File >= 0)
    while (::poll(&Ended, 1, -1) < 0 && errno == EINTR)
      ;
  else
    while (::kill(Guest, 0) == 0 || errno == EPERM)
      ::nanosleep(&BetweenLooks, nullptr);
}

/// Of whoever waits, this process is no child that ends one day. False where
/// there is none.
bool becomeOrphan() {
  const pid_t Between = ::fork();
  if (Between < 0)
    return false;
  if (Between != 0) {
    int Status = 0;
    while (::waitpid(Between, &Status, 0) < 0 && errno == EINTR)
      ;
    return WIFEXITED(Status) && WEXITSTATUS(Status) == 0;
  }
  const pid_t Orphan = ::fork();
  if (Orphan != 0)
    ::_exit(Orphan < 0 ? 1 : 0);
  return true;
}

} // namespace

bool LateLink::serveFromHelper(LateWorkers &Its, pid_t Guest,
                               const std::function<void()> &Begin,
                               const std::function<void()> &Keep) {
  auto *Owner = reinterpret_cast<pthread_mutex_t *>(control().Owner);
  const int File = static_cast<int>(::syscall(SYS_pidfd_open, Guest, 0));
  const pid_t Self = ::getpid();
  // The program waits for its debugger, and asks for nothing yet.
  pthread_mutex_unlock(Owner);
  // Threads are not inherited: none may be in the middle of something.
  Its.stop();
  if (!becomeOrphan()) {
    pthread_mutex_lock(Owner);
    return false;
  }
  if (::getpid() == Self)
    return true;
  own();
  ::setsid();
  whenItFails([this, Guest, File] {
    std::fprintf(stderr, "remote-run: error: %s\n",
                 controller::printableLines(Reason->Message).c_str());
    if (File < 0)
      ::kill(Guest, SIGKILL);
    else
      ::syscall(SYS_pidfd_send_signal, File, SIGKILL, nullptr, 0);
  });
  Its.start({});
  Begin();
  awaitEnd(Guest, File);
  Keep();
  if (!isComplete() && std::atomic_ref(control().HasForked).load() != 0) {
    limitHelper();
    Its.completeAll();
    Its.await();
    OnComplete();
  }
  ::_exit(0);
}

/// This process serves what a program has left behind, and ends by itself,
/// whatever threads that are gone have left of LLVM.
void LateLink::limitHelper() {
  constexpr unsigned Patience = 600; // seconds
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(Patience);
  Workers->stayInMemory();
  // Nobody describes a crash any more.
  HasLines = false;
  // Ends the pipe of who waits for our output, or for this process.
  ::close_range(0, ~0U, 0);
}

bool LateLink::leaveHelper() {
  if (!Workers || isComplete() ||
      std::atomic_ref(control().HasForked).load() == 0 || !Names->get())
    return false;
  int Ready[2];
  if (::pipe2(Ready, O_CLOEXEC) != 0)
    return false;
  auto *Owner = reinterpret_cast<pthread_mutex_t *>(control().Owner);
  pthread_mutex_unlock(Owner);
  // Threads are not inherited: none may be in the middle of something.
  Workers->stop();
  std::unique_lock AtRest(Serving);
  pid_t Helper = isComplete() ? -1 : ::fork();
  AtRest.unlock();
  // Who waits will end with us.
  if (Helper == -1)
    pthread_mutex_lock(Owner);
  if (Helper == 0) {
    own();
    whenItFails([] { ::_exit(125); });
    ::setsid();
    limitHelper();
    Workers->completeAll();
    begin(*Workers, OnComplete);
    Workers->await();
    OnComplete();
    ::_exit(0);
  }
  ::close(Ready[1]);
  // On a machine that has no time for it, the program's status must come, too.
  constexpr int Patience = 1000; // milliseconds
  pollfd Closed = {Ready[0], POLLIN, 0};
  ::poll(&Closed, 1, Patience);
  return Helper > 0;
}

} // namespace remoterun::driver

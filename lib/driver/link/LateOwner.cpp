//===- LateOwner.cpp - Whose life a program with late functions needs -----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/link/LateLink.h"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
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
  pid_t Helper = isComplete() ? -1 : ::fork();
  // Who waits will end with us.
  if (Helper == -1)
    pthread_mutex_lock(Owner);
  if (Helper == 0) {
    own();
    whenItFails([] { ::_exit(125); });
    // It ends by itself, whatever threads that are gone have left of LLVM.
    constexpr unsigned Patience = 600; // seconds
    ::signal(SIGALRM, SIG_DFL);
    ::alarm(Patience);
    ::setsid();
    Workers->stayInMemory();
    // Nobody describes a crash any more.
    HasLines = false;
    // Ends the pipe of who waits for our output, and Ready.
    ::close_range(0, ~0U, 0);
    Workers->start({});
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

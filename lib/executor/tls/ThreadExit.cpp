//===- ThreadExit.cpp - Destructors of modules' thread-locals -------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/tls/ThreadExit.h"

#include <cstdlib>
#include <pthread.h>

// NOLINTNEXTLINE(bugprone-reserved-identifier): libc gives the name.
extern "C" int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
// NOLINTNEXTLINE(bugprone-reserved-identifier): our own, of the executable.
extern void *__dso_handle __attribute__((visibility("hidden")));

namespace remoterun::executor {

namespace {

/// A destructor that is still to be called.
struct Registered {
  Registered *Before;
  pthread_t Thread;
  void (*Destroy)(void *);
  void *Object;
  ExecutorAddr DsoHandle;
};

/// Of all threads, for a module may go before they do. Under Lock.
Registered *Last;
pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;

/// Whether libc will tell this thread's end.
thread_local bool IsWatched = false;

/// Calls those that \p IsWanted, of which some may register others. They run
/// without the lock.
template <typename PredicateT> void callAll(PredicateT IsWanted) {
  for (;;) {
    pthread_mutex_lock(&Lock);
    Registered **Link = &Last;
    while (*Link && !IsWanted(**Link))
      Link = &(*Link)->Before;
    Registered *Its = *Link;
    if (Its)
      *Link = Its->Before;
    pthread_mutex_unlock(&Lock);
    if (!Its)
      return;
    Its->Destroy(Its->Object);
    std::free(Its);
  }
}

void onThreadExit(void *) {
  IsWatched = false;
  pthread_t Self = pthread_self();
  callAll([Self](const Registered &Its) {
    return pthread_equal(Its.Thread, Self) != 0;
  });
}

} // namespace

int registerThreadExit(void (*Destroy)(void *), void *Object, void *DsoHandle) {
  auto *Its = static_cast<Registered *>(std::malloc(sizeof(Registered)));
  if (!Its)
    return -1;
  // At the place that libc calls its own at: before the thread's keys, and
  // before what exit(3) does.
  if (!IsWatched &&
      __cxa_thread_atexit_impl(onThreadExit, nullptr, &__dso_handle) != 0) {
    std::free(Its);
    return -1;
  }
  IsWatched = true;
  pthread_mutex_lock(&Lock);
  *Its = {Last, pthread_self(), Destroy, Object,
          ExecutorAddr(reinterpret_cast<uintptr_t>(DsoHandle))};
  Last = Its;
  pthread_mutex_unlock(&Lock);
  return 0;
}

void runThreadExits(ExecutorRange Memory) {
  callAll([Memory](const Registered &Its) {
    return Memory.contains({Its.DsoHandle, 1});
  });
}

} // namespace remoterun::executor

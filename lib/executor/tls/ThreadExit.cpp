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

/// A destructor that is still to be called, or runs.
struct Registered {
  Registered *Before;
  pthread_t Thread; ///< Whose object it is.
  void (*Destroy)(void *);
  void *Object;
  ExecutorAddr DsoHandle;
  bool IsRunning = false;
  pthread_t Runner = {}; ///< On which thread.
};

/// Of all threads, for a module may go before they do. Under Lock.
Registered *Last;
pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t HasRun = PTHREAD_COND_INITIALIZER;

/// Whether libc will tell this thread's end.
thread_local bool IsWatched = false;

void takeOut(const Registered *Its) {
  Registered **Link = &Last;
  while (*Link != Its)
    Link = &(*Link)->Before;
  *Link = Its->Before;
}

/// Calls it, which may register others, without the lock.
void call(Registered *Its) {
  Its->IsRunning = true;
  Its->Runner = pthread_self();
  pthread_mutex_unlock(&Lock);
  Its->Destroy(Its->Object);
  pthread_mutex_lock(&Lock);
  takeOut(Its);
  std::free(Its);
  pthread_cond_broadcast(&HasRun);
}

/// Calls those that \p IsWanted, the last first, and waits for those that
/// another thread has begun to call: neither the module's code nor the thread's
/// objects may go before.
template <typename PredicateT> void callAll(PredicateT IsWanted) {
  pthread_mutex_lock(&Lock);
  for (bool IsOver = false; !IsOver;) {
    Registered *Next = nullptr;
    bool OthersRun = false;
    for (Registered *Its = Last; Its && !Next; Its = Its->Before)
      if (IsWanted(*Its) && !Its->IsRunning)
        Next = Its;
      else if (IsWanted(*Its) && !pthread_equal(Its->Runner, pthread_self()))
        OthersRun = true;
    if (Next)
      call(Next);
    else if (OthersRun)
      pthread_cond_wait(&HasRun, &Lock);
    else
      IsOver = true;
  }
  pthread_mutex_unlock(&Lock);
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

//===- Mutex.h - Who waits for whom in an open session ----------*- C++ -*-===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// std::mutex would do, but std::condition_variable needs libstdc++.
//
//===----------------------------------------------------------------------===//

#ifndef REMOTERUN_EXECUTOR_OPEN_MUTEX_H
#define REMOTERUN_EXECUTOR_OPEN_MUTEX_H

#include "executor/base/Libc.h"

#include <pthread.h>

namespace remoterun::executor {

class Mutex {
public:
  Mutex() = default;
  Mutex(const Mutex &) = delete;
  Mutex &operator=(const Mutex &) = delete;
  ~Mutex() { pthread_mutex_destroy(&Handle); }

  void lock() { pthread_mutex_lock(&Handle); }
  void unlock() { pthread_mutex_unlock(&Handle); }
  bool tryToLock() { return libc.pthread_mutex_trylock(&Handle) == 0; }

private:
  friend class Condition;
  pthread_mutex_t Handle = PTHREAD_MUTEX_INITIALIZER;
};

class Locked {
public:
  explicit Locked(Mutex &Its) : Its(Its) { Its.lock(); }
  Locked(const Locked &) = delete;
  Locked &operator=(const Locked &) = delete;
  ~Locked() { Its.unlock(); }

private:
  Mutex &Its;
};

class Condition {
public:
  Condition() = default;
  Condition(const Condition &) = delete;
  Condition &operator=(const Condition &) = delete;
  ~Condition() { pthread_cond_destroy(&Handle); }

  /// With \p Its locked.
  void wait(Mutex &Its) { pthread_cond_wait(&Handle, &Its.Handle); }
  void wakeOne() { pthread_cond_signal(&Handle); }
  void wakeAll() { pthread_cond_broadcast(&Handle); }

private:
  pthread_cond_t Handle = PTHREAD_COND_INITIALIZER;
};

} // namespace remoterun::executor

#endif

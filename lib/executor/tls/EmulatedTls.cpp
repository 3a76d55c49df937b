//===- EmulatedTls.cpp - Thread-local variables of the guest --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/tls/EmulatedTls.h"
#include "executor/base/Libc.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <pthread.h>

namespace remoterun::executor {

namespace {

/// One thread's instances, by index - 1.
struct ThreadInstances {
  uintptr_t Capacity;
  int DestructorRounds;
  void *Instances[];
};

thread_local ThreadInstances *OfThisThread;

pthread_once_t KeyOnce = PTHREAD_ONCE_INIT;
pthread_key_t Key;

/// Called in every round of a thread's destructors as long as the key has a
/// value. Other keys' destructors may use thread-local variables in all rounds.
void onThreadExit(void *Value) {
  auto *Exiting = static_cast<ThreadInstances *>(Value);
  if (++Exiting->DestructorRounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
    libc.pthread_setspecific(Key, Exiting);
    return;
  }
  OfThisThread = nullptr;
  for (uintptr_t I = 0; I != Exiting->Capacity; ++I)
    std::free(Exiting->Instances[I]);
  std::free(Exiting);
}

void makeKey() { libc.pthread_key_create(&Key, onThreadExit); }

uintptr_t indexOf(EmulatedVariable &Variable) {
  static uintptr_t LastIndex;
  static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
  uintptr_t Index = __atomic_load_n(&Variable.Index, __ATOMIC_ACQUIRE);
  if (Index != 0)
    return Index;
  pthread_mutex_lock(&Lock);
  Index = Variable.Index;
  if (Index == 0) {
    Index = ++LastIndex;
    __atomic_store_n(&Variable.Index, Index, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&Lock);
  return Index;
}

/// This thread's instances, with room for \p Index.
ThreadInstances *instancesFor(uintptr_t Index) {
  ThreadInstances *Old = OfThisThread;
  if (Old && Index <= Old->Capacity)
    return Old;
  uintptr_t OldCapacity = Old ? Old->Capacity : 0;
  uintptr_t Capacity = std::max(Index + 32, OldCapacity * 2);
  auto *Grown = static_cast<ThreadInstances *>(
      std::realloc(Old, sizeof(ThreadInstances) + Capacity * sizeof(void *)));
  if (!Grown)
    std::abort();
  if (!Old)
    Grown->DestructorRounds = 0;
  std::memset(Grown->Instances + OldCapacity, 0,
              (Capacity - OldCapacity) * sizeof(void *));
  Grown->Capacity = Capacity;
  OfThisThread = Grown;
  libc.pthread_once(&KeyOnce, makeKey);
  libc.pthread_setspecific(Key, Grown);
  return Grown;
}

void *makeInstance(const EmulatedVariable &Variable) {
  void *Instance = nullptr;
  if (::posix_memalign(&Instance, std::max(Variable.Alignment, sizeof(void *)),
                       std::max<size_t>(Variable.Size, 1)) != 0)
    std::abort();
  if (Variable.InitialValue)
    std::memcpy(Instance, Variable.InitialValue, Variable.Size);
  else
    std::memset(Instance, 0, Variable.Size);
  return Instance;
}

} // namespace

void *emulatedTlsAddress(EmulatedVariable *Variable) {
  uintptr_t Index = indexOf(*Variable);
  ThreadInstances *Instances = OfThisThread;
  if (!Instances || Index > Instances->Capacity)
    Instances = instancesFor(Index);
  void *&Instance = Instances->Instances[Index - 1];
  if (!Instance)
    Instance = makeInstance(*Variable);
  return Instance;
}

} // namespace remoterun::executor

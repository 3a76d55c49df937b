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
#include <utility>

#ifndef __has_feature
#define __has_feature(Feature) 0 // GCC's
#endif

namespace remoterun::executor {

namespace {

/// One thread's instances, by index - 1.
struct ThreadInstances {
  ThreadInstances *Next, *Before; ///< Those of other threads.
  uintptr_t Capacity;
  int DestructorRounds;
  void *Instances[];
};

thread_local ThreadInstances *OfThisThread;

pthread_once_t KeyOnce = PTHREAD_ONCE_INIT;
pthread_key_t Key;

/// Held for what follows, and for what changes a thread's list of instances,
/// or another thread's instance.
pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
ThreadInstances *OfAllThreads;
/// By index - 1; null for an index that nobody has.
EmulatedVariable **Variables;
uintptr_t VariableCapacity;
uintptr_t NextFree; ///< Nobody has a smaller place that is free.

void takeOut(ThreadInstances *Its) {
  (Its->Before ? Its->Before->Next : OfAllThreads) = Its->Next;
  if (Its->Next)
    Its->Next->Before = Its->Before;
}

void putIn(ThreadInstances *Its) {
  Its->Before = nullptr;
  Its->Next = OfAllThreads;
  if (Its->Next)
    Its->Next->Before = Its;
  OfAllThreads = Its;
}

/// ThreadSanitizer gives the thread up in the last round itself, and nothing
/// that it has instrumented can run behind that.
#if __has_feature(thread_sanitizer)
constexpr int Rounds = PTHREAD_DESTRUCTOR_ITERATIONS - 1;
#else
constexpr int Rounds = PTHREAD_DESTRUCTOR_ITERATIONS;
#endif

/// Called in every round of a thread's destructors as long as the key has a
/// value. Other keys' destructors may use thread-local variables in all rounds.
void onThreadExit(void *Value) {
  auto *Exiting = static_cast<ThreadInstances *>(Value);
  if (++Exiting->DestructorRounds < Rounds) {
    libc.pthread_setspecific(Key, Exiting);
    return;
  }
  OfThisThread = nullptr;
  pthread_mutex_lock(&Lock);
  takeOut(Exiting);
  pthread_mutex_unlock(&Lock);
  for (uintptr_t I = 0; I != Exiting->Capacity; ++I)
    std::free(Exiting->Instances[I]);
  std::free(Exiting);
}

void makeKey() { libc.pthread_key_create(&Key, onThreadExit); }

/// With Lock held.
uintptr_t takeIndex(EmulatedVariable &Variable) {
  while (NextFree != VariableCapacity && Variables[NextFree])
    ++NextFree;
  if (NextFree == VariableCapacity) {
    uintptr_t Capacity = VariableCapacity * 2 + 32;
    auto **Grown = static_cast<EmulatedVariable **>(
        std::realloc(Variables, Capacity * sizeof(*Variables)));
    if (!Grown)
      std::abort();
    std::fill(Grown + VariableCapacity, Grown + Capacity, nullptr);
    Variables = Grown;
    VariableCapacity = Capacity;
  }
  Variables[NextFree] = &Variable;
  return ++NextFree;
}

uintptr_t indexOf(EmulatedVariable &Variable) {
  uintptr_t Index = __atomic_load_n(&Variable.Index, __ATOMIC_ACQUIRE);
  if (Index != 0)
    return Index;
  pthread_mutex_lock(&Lock);
  Index = Variable.Index;
  if (Index == 0) {
    Index = takeIndex(Variable);
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
  size_t Size = sizeof(ThreadInstances) + Capacity * sizeof(void *);
  auto *Grown = static_cast<ThreadInstances *>(std::malloc(Size));
  if (!Grown)
    std::abort();
  std::memset(Grown, 0, Size);
  // Not for longer than it must be: who forks meanwhile has it locked for ever.
  pthread_mutex_lock(&Lock);
  if (Old) {
    takeOut(Old);
    Grown->DestructorRounds = Old->DestructorRounds;
    std::copy_n(Old->Instances, OldCapacity, Grown->Instances);
  }
  Grown->Capacity = Capacity;
  putIn(Grown);
  pthread_mutex_unlock(&Lock);
  std::free(Old);
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

void forgetEmulatedVariables(ExecutorRange Memory) {
  pthread_mutex_lock(&Lock);
  for (uintptr_t I = 0; I != VariableCapacity; ++I) {
    const auto Place = ExecutorAddr(reinterpret_cast<uintptr_t>(Variables[I]));
    if (!Variables[I] || !Memory.contains({Place, sizeof(EmulatedVariable)}))
      continue;
    for (ThreadInstances *Its = OfAllThreads; Its; Its = Its->Next)
      if (I < Its->Capacity)
        std::free(std::exchange(Its->Instances[I], nullptr));
    Variables[I] = nullptr;
    NextFree = std::min(NextFree, I);
  }
  pthread_mutex_unlock(&Lock);
}

} // namespace remoterun::executor

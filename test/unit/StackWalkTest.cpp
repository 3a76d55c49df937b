//===- StackWalkTest.cpp - The same frames as the system's unwinder -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "executor/unwind/StackWalk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <execinfo.h>
#include <pthread.h>
#include <ucontext.h>
#include <vector>

using namespace remoterun::executor;

namespace {

/// Without memory from malloc, which a signal handler must not ask for.
class Addresses {
public:
  void push(uint64_t Address) {
    if (Count != Items.size())
      Items[Count++] = Address;
  }
  void dropFirst(size_t Number) { First += Number; }
  const uint64_t *begin() const { return Items.data() + First; }
  const uint64_t *end() const { return Items.data() + Count; }
  size_t size() const { return Count - First; }
  bool isFull() const { return Count == Items.size(); }

private:
  std::array<uint64_t, 256> Items;
  size_t First = 0, Count = 0;
};

/// To compare, and to be printed.
std::vector<uint64_t> listed(const Addresses &Found) {
  return {Found.begin(), Found.end()};
}

Addresses walk(const void *Context) {
  Addresses Found;
  StackWalk Walk(interruptedRegisters(Context));
  do
    Found.push(Walk.pc());
  while (!Found.isFull() && Walk.goToCaller());
  return Found;
}

[[gnu::noinline]] Addresses systems() {
  void *Frames[256];
  int Count = ::backtrace(Frames, 256);
  Addresses Found;
  for (int I = 0; I != Count; ++I)
    Found.push(reinterpret_cast<uintptr_t>(Frames[I]));
  return Found;
}

/// What both found, without the innermost frames, which are here and there.
Addresses Ours, Theirs;

[[gnu::noinline]] void compareHere() {
  ucontext_t Context;
  ASSERT_EQ(::getcontext(&Context), 0);
  Ours = walk(&Context);
  Theirs = systems();
  // Ours starts in this function; theirs in systems(), or in a sanitizer's own
  // backtrace(), and then here.
  Ours.dropFirst(1);
  ASSERT_GT(Theirs.size(), Ours.size());
  Theirs.dropFirst(Theirs.size() - Ours.size());
}

[[gnu::noinline]] int recurse(int Depth) {
  // Neither a tail call nor a loop, and of varying size.
  auto *Room = static_cast<volatile char *>(
      __builtin_alloca(static_cast<size_t>(Depth % 7 + 1) * 32));
  Room[0] = 1;
  if (Depth == 0)
    compareHere();
  else
    recurse(Depth - 1);
  return Room[0];
}

TEST(StackWalk, ThroughRecursion) {
  recurse(50);
  EXPECT_GT(Ours.size(), 50u);
  EXPECT_EQ(listed(Ours), listed(Theirs));
}

TEST(StackWalk, ThroughLibraries) {
  int Numbers[] = {2, 1};
  std::qsort(Numbers, 2, sizeof(int), [](const void *, const void *) {
    compareHere();
    return 0;
  });
  EXPECT_GT(Ours.size(), 3u);
  EXPECT_EQ(listed(Ours), listed(Theirs));
}

TEST(StackWalk, ToTheStartOfAThread) {
  pthread_t Thread;
  auto Start = [](void *) -> void * {
    recurse(3);
    return nullptr;
  };
  ASSERT_EQ(::pthread_create(&Thread, nullptr, Start, nullptr), 0);
  ::pthread_join(Thread, nullptr);
  EXPECT_GT(Ours.size(), 4u);
  EXPECT_EQ(listed(Ours), listed(Theirs));
}

/// From the inside of a handler, through the kernel's frame.
TEST(StackWalk, ThroughASignal) {
  struct sigaction Action = {}, Before;
  Action.sa_handler = [](int) { recurse(2); };
  ::sigaction(SIGUSR1, &Action, &Before);
  ::raise(SIGUSR1);
  ::sigaction(SIGUSR1, &Before, nullptr);
  EXPECT_GT(Ours.size(), 6u);
  EXPECT_EQ(listed(Ours), listed(Theirs));
}

/// From what a handler is told, as a crash is.
TEST(StackWalk, FromAnInterruptedContext) {
  struct sigaction Action = {}, Before;
  Action.sa_flags = SA_SIGINFO;
  Action.sa_sigaction = [](int, siginfo_t *, void *Context) {
    Ours = walk(Context);
    Theirs = systems();
  };
  ::sigaction(SIGUSR1, &Action, &Before);
  ::raise(SIGUSR1);
  ::sigaction(SIGUSR1, &Before, nullptr);
  // Theirs has the handler and the kernel's frame before.
  auto Common = std::find(Theirs.begin(), Theirs.end(), *Ours.begin());
  ASSERT_NE(Common, Theirs.end());
  EXPECT_EQ(listed(Ours), std::vector<uint64_t>(Common, Theirs.end()));
}

/// Where there is no code, the caller is on top of the stack.
TEST(StackWalk, FromANullFunction) {
  uint64_t Stack[] = {reinterpret_cast<uintptr_t>(&::qsort) + 8, 0, 0, 0};
  RegisterFile Registers = {};
  Registers.Values[StackPointerRegister] = reinterpret_cast<uintptr_t>(Stack);
  StackWalk Walk(Registers);
  EXPECT_TRUE(Walk.isExact());
  ASSERT_TRUE(Walk.goToCaller());
  EXPECT_EQ(Walk.pc(), Stack[0]);
  EXPECT_FALSE(Walk.isExact());
}

} // namespace

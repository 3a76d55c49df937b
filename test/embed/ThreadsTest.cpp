//===- ThreadsTest.cpp - Do threads and sessions leave each other alone? --===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Controllers and executors in one process, so that ThreadSanitizer sees both
// (utils/check --sanitize=thread test/embed).
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"
#include "remote-run/executor.h"

#include <array>
#include <atomic>
#include <sys/socket.h>
#include <thread>

using namespace remoterun;

namespace {

/// An executor in this process, on a thread of its own, that gives modules one
/// function.
class InProcess {
public:
  explicit InProcess(rr_executor_options Options = {},
                     const char *Name = nullptr, void (*Given)() = nullptr) {
    int Ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, Ends) != 0)
      std::abort();
    Options.size = sizeof(Options);
    Its = rr_executor_open(Ends[0], Ends[0], &Options);
    if (!Its)
      std::abort();
    if (Name)
      rr_executor_export(Its, Name, reinterpret_cast<const void *>(Given));
    if (rr_executor_start_thread(Its) != 0)
      std::abort();
    Ours = Ends[1];
  }
  InProcess(const InProcess &) = delete;
  InProcess &operator=(const InProcess &) = delete;
  ~InProcess() { rr_executor_close(Its); }

  RemoteJIT connect() {
    return unwrap(RemoteJIT::create(unwrap(Executor::attach(Ours, Ours))));
  }

private:
  rr_executor *Its;
  int Ours;
};

/// Defines NAME(x), which counts on the calling thread and adds \p Number.
std::string counting(const std::string &Name, int Number) {
  return "@" + Name +
         ".calls = thread_local global i32 0\n"
         "@" +
         Name + ".all = global i32 0\ndefine i32 @" + Name +
         "(i32 %x) {\n"
         "  %p = call ptr @llvm.threadlocal.address.p0(ptr @" +
         Name +
         ".calls)\n"
         "  %o = load i32, ptr %p\n  %n = add i32 %o, 1\n"
         "  store i32 %n, ptr %p\n"
         "  %b = atomicrmw add ptr @" +
         Name +
         ".all, i32 1 seq_cst\n"
         "  %r = add i32 %x, " +
         std::to_string(Number) + "\n  ret i32 %r\n}\n";
}

/// A module's whole life.
void useModule(RemoteJIT &Jit, const std::string &Name, int Number) {
  ModuleHandle Module =
      unwrap(Jit.add(counting(Name, Number), {.Name = Name + ".ll"}));
  {
    auto Function = unwrap(Jit.lookup<int(int)>(Name));
    EXPECT_EQ(unwrap(Function(1)), Number + 1);
    std::vector<PendingCall<int>> Pending;
    for (int I = 0; I != 4; ++I)
      Pending.push_back(unwrap(Function.async(I)));
    for (int I = 0; I != 4; ++I)
      EXPECT_EQ(unwrap(Pending[static_cast<size_t>(I)].get()), Number + I);
  }
  std::array<uint8_t, 4> Calls;
  unwrap(Jit.read(Jit.address(Name + ".all"), Calls));
  EXPECT_EQ(Calls[0], 5);
  unwrap(Jit.remove(Module));
}

TEST(Threads, FourSessionsInOneProcess) {
  InProcess First({.size = 0, .threads = 2, .recover = 1, .report = 0});
  InProcess Second;
  std::vector<std::thread> Threads;
  for (InProcess *Side : {&First, &Second})
    Threads.emplace_back([Side] {
      RemoteJIT Jit = Side->connect();
      for (int Round = 0; Round != 10; ++Round)
        useModule(Jit, "value", Round);
    });
  for (std::thread &Each : Threads)
    Each.join();
}

TEST(Threads, ManyUseOneSession) {
  InProcess Side({.size = 0, .threads = 3, .recover = 0, .report = 0});
  RemoteJIT Jit = Side.connect();
  std::vector<std::thread> Threads;
  for (int I = 0; I != 4; ++I)
    Threads.emplace_back([&Jit, I] {
      for (int Round = 0; Round != 5; ++Round)
        useModule(Jit, "value" + std::to_string(I), Round);
      EXPECT_NE(Jit.statistics().ModulesLinked, 0u);
      EXPECT_TRUE(Jit.takeWarnings().empty());
    });
  for (std::thread &Each : Threads)
    Each.join();
}

TEST(Threads, WhatHasReturnedKeepsNoModule) {
  RemoteJIT Jit = makeJIT();
  // The end of a call on a thread of the executor, and its answer, are two
  // things.
  for (int Round = 0; Round != 100; ++Round) {
    ModuleHandle Module =
        unwrap(Jit.add("define i32 @value() {\n  ret i32 7\n}\n"));
    auto Value = unwrap(Jit.lookup<int()>("value"));
    EXPECT_EQ(unwrap(unwrap(Value.async()).get()), 7);
    unwrap(Jit.remove(Module));
  }
}

std::atomic<int> Begun, Ended;

/// What a thread's object does at its end, and how long that takes: long enough
/// for a module to be gone before, if nobody waits.
void endSlowly() {
  ++Begun;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ++Ended;
}

TEST(Threads, AModuleStaysForObjectsOfThreadsThatEnd) {
  InProcess Side({}, "end_slowly", endSlowly);
  RemoteJIT Jit = Side.connect();
  ModuleHandle Module = unwrap(Jit.add(R"(
@__dso_handle = external hidden global i8
@object = global i32 0
declare i32 @__cxa_thread_atexit(ptr, ptr, ptr)
declare void @end_slowly()
define internal void @destroy(ptr %object) {
  call void @end_slowly()
  store i32 1, ptr %object
  ret void
}
define void @use() {
  %1 = call i32 @__cxa_thread_atexit(ptr @destroy, ptr @object,
                                     ptr @__dso_handle)
  ret void
}
)"));
  // A thread of the application, which is this process.
  auto Use = reinterpret_cast<void (*)()>(
      static_cast<uintptr_t>(unwrap(Jit.address("use")).value()));
  std::thread Thread(Use);
  while (Begun == 0)
    std::this_thread::yield();
  unwrap(Jit.remove(Module));
  EXPECT_EQ(Ended, 1);
  Thread.join();
}

TEST(Threads, OthersCallWhileItIsRestarted) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(counting("value", 3)));
  auto Value = unwrap(Jit.lookup<int(int)>("value"));
  std::atomic<bool> IsOver = false;
  std::atomic<unsigned> Done = 0;
  std::vector<std::thread> Threads;
  for (int I = 0; I != 3; ++I)
    Threads.emplace_back([&] {
      while (!IsOver) {
        // In the one process or in the next, or in none.
        auto Got = Value(4);
        if (Got) {
          EXPECT_EQ(*Got, 7);
          ++Done;
        }
        auto Pending = Value.async(5);
        if (auto Late = Pending ? Pending->get() : Pending.error(); Late)
          EXPECT_EQ(*Late, 8);
      }
    });
  for (int Round = 0; Round != 5; ++Round) {
    unsigned Before = Done;
    while (Done == Before)
      std::this_thread::yield();
    unwrap(Jit.restart());
  }
  IsOver = true;
  for (std::thread &Each : Threads)
    Each.join();
  EXPECT_EQ(unwrap(Value(4)), 7);
}

} // namespace

//===- LeakTest.cpp - Is everything taken back that a module took? --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts, after a warm-up, what both processes have, and again after as many
// rounds: `utils/stress embed` asks for ten thousand.
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <string>
#include <unistd.h>

using namespace remoterun;

namespace {

/// mallinfo2(3).
struct HeapCounts {
  size_t Arena, FreeChunks, FastChunks, MappedRegions, MappedBytes, Unused,
      FastBytes, Used, Free, Trimmable;
};

} // namespace

template <> struct remoterun::StructFields<HeapCounts> {
  static constexpr auto Members = std::tuple(
      &HeapCounts::Arena, &HeapCounts::FreeChunks, &HeapCounts::FastChunks,
      &HeapCounts::MappedRegions, &HeapCounts::MappedBytes, &HeapCounts::Unused,
      &HeapCounts::FastBytes, &HeapCounts::Used, &HeapCounts::Free,
      &HeapCounts::Trimmable);
};

namespace {

/// What a process has.
struct Possessions {
  size_t Mappings = 0, Descriptors = 0;
  int64_t ResidentKiB = 0, HeapBytes = 0;
};

Possessions possessionsOf(uint64_t Process) {
  const std::string Folder = "/proc/" + std::to_string(Process) + "/";
  Possessions Its;
  std::string Line;
  for (std::ifstream Maps(Folder + "maps"); std::getline(Maps, Line);)
    ++Its.Mappings;
  for (const auto &Each : std::filesystem::directory_iterator(Folder + "fd")) {
    (void)Each;
    ++Its.Descriptors;
  }
  for (std::ifstream Status(Folder + "status"); std::getline(Status, Line);)
    if (Line.starts_with("VmRSS:"))
      Its.ResidentKiB = std::stoll(Line.substr(6));
  return Its;
}

/// Constructor, destructor, a call to libc, a variable of each thread, a name
/// that another module gives, and one that it takes.
std::string moduleOf(unsigned Round) {
  const std::string Number = std::to_string(Round);
  return "@own." + Number + R"( = thread_local global i32 20
@base = external global i32
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
declare i32 @atexit(ptr)
declare i32 @abs(i32)
define internal void @end() {
  %old = load i32, ptr @base
  %new = sub i32 %old, 1
  store i32 %new, ptr @base
  ret void
}
define internal void @start() {
  %r = call i32 @atexit(ptr @end)
  %old = load i32, ptr @base
  %new = add i32 %old, 1
  store i32 %new, ptr @base
  ret void
}
define i32 @function.)" +
         Number + R"((i32 %n) {
  %a = call i32 @abs(i32 %n)
  %b = load i32, ptr @base
  %sum = add i32 %a, %b
  %own = load i32, ptr @own.)" +
         Number + R"(
  %all = add i32 %sum, %own
  store i32 %all, ptr @own.)" +
         Number + R"(
  ret i32 %all
}
)";
}

class Rounds {
public:
  explicit Rounds(Executor Target)
      : Process(Target.processId()),
        Jit(unwrap(RemoteJIT::create(std::move(Target)))) {
    unwrap(Jit.add("@base = global i32 1\n"));
  }

  void perform(unsigned Count) {
    for (unsigned I = 0; I != Count; ++I) {
      ModuleHandle Module =
          unwrap(Jit.add(moduleOf(++Round), {.Name = "round.ll"}));
      auto Function =
          unwrap(Jit.lookup<int(int)>("function." + std::to_string(Round)));
      ASSERT_EQ(unwrap(Function(-20)), 42);
      ASSERT_FALSE(Jit.add("declare void @nowhere()\n"
                           "define void @refused() {\n"
                           "  call void @nowhere()\n  ret void\n}\n"));
      unwrap(Jit.remove(Module));
    }
  }

  Possessions executor() {
    Possessions Its = possessionsOf(Process);
    Its.HeapBytes = static_cast<int64_t>(
        unwrap(unwrap(Jit.lookup<HeapCounts()>("mallinfo2"))()).Used);
    return Its;
  }
  Possessions controller() {
    Possessions Its = possessionsOf(static_cast<uint64_t>(::getpid()));
    Its.HeapBytes = static_cast<int64_t>(::mallinfo2().uordblks);
    return Its;
  }
  uint64_t roomLeft() { return Jit.statistics().RoomLeft; }

private:
  uint64_t Process;
  RemoteJIT Jit;
  unsigned Round = 0;
};

void expectFlat(const char *Whose, const Possessions &Before,
                const Possessions &After, unsigned Count) {
  std::printf("%s: %zu to %zu mappings, %zu to %zu descriptors, %lld to %lld "
              "KiB resident, %lld to %lld bytes of heap in %u rounds\n",
              Whose, Before.Mappings, After.Mappings, Before.Descriptors,
              After.Descriptors, static_cast<long long>(Before.ResidentKiB),
              static_cast<long long>(After.ResidentKiB),
              static_cast<long long>(Before.HeapBytes),
              static_cast<long long>(After.HeapBytes), Count);
  // An allocator may have parted a mapping, and grown by a page or two.
  EXPECT_LE(After.Mappings, Before.Mappings + 2) << Whose;
  EXPECT_EQ(After.Descriptors, Before.Descriptors) << Whose;
  // Less than a byte for each round would be what a leak is not.
  int64_t Slack = 4096 + Count;
  EXPECT_LE(After.HeapBytes, Before.HeapBytes + Slack) << Whose;
  EXPECT_LE(After.ResidentKiB, Before.ResidentKiB + 512 + Count / 40) << Whose;
}

void staysFlat(const std::vector<std::string> &Command) {
  const char *Asked = std::getenv("REMOTE_RUN_EMBED_ROUNDS");
  const unsigned Count = Asked ? static_cast<unsigned>(std::atoi(Asked)) : 100;
  Rounds Work(unwrap(Executor::launch(Command)));
  Work.perform(Count / 2);
  // What is asked for the first time is kept.
  (void)Work.executor();
  uint64_t Room = Work.roomLeft();
  Possessions Executor = Work.executor(), Controller = Work.controller();
  Work.perform(Count);
  expectFlat("executor", Executor, Work.executor(), Count);
  expectFlat("controller", Controller, Work.controller(), Count);
  EXPECT_EQ(Work.roomLeft(), Room);
}

TEST(Leaks, RemoteStub) { staysFlat(stubCommand()); }
TEST(Leaks, Application) {
  staysFlat(applicationCommand({"--recover", "--threads=2"}));
}

} // namespace

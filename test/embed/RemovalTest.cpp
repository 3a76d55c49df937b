//===- RemovalTest.cpp - What becomes of modules whose executor ended? ----===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <csignal>
#include <sys/types.h>
#include <unistd.h>

using namespace remoterun;

namespace {

constexpr char One[] = "define i32 @one() {\n  ret i32 1\n}\n";
constexpr char Two[] = "declare i32 @one()\ndefine i32 @two() {\n"
                       "  %r = call i32 @one()\n  %s = add i32 %r, 1\n"
                       "  ret i32 %s\n}\n";
constexpr char Crash[] = "define i32 @crash() {\n"
                         "  %r = load volatile i32, ptr null\n"
                         "  ret i32 %r\n}\n";

void die(RemoteJIT &Jit) {
  auto End = unwrap(Jit.lookup<int()>("crash"))();
  ASSERT_FALSE(End);
  ASSERT_EQ(End.error().Ending, CallEnd::Crash);
}

TEST(Removal, InASessionWhoseExecutorHasDied) {
  for (bool IsReplaceable : {false, true}) {
    RemoteJIT Jit = makeJIT();
    ModuleHandle First = unwrap(Jit.add(One, {.Replaceable = IsReplaceable}));
    ModuleHandle Second = unwrap(Jit.add(Two));
    unwrap(Jit.address("two"));
    ModuleHandle Third = unwrap(Jit.add(Crash));
    die(Jit);
    auto Refused = Jit.remove(First);
    ASSERT_FALSE(Refused);
    EXPECT_NE(Refused.error().Message.find("refers to it"), std::string::npos)
        << Refused.error().Message;
    unwrap(Jit.remove(Second));
    unwrap(Jit.remove(First));
    EXPECT_FALSE(Jit.remove(First));
    unwrap(Jit.restart());
    EXPECT_FALSE(Jit.address("one"));
    EXPECT_FALSE(Jit.address("two"));
    // What was not removed is there again, and goes as ever.
    unwrap(Jit.address("crash"));
    unwrap(Jit.remove(Third));
    EXPECT_FALSE(Jit.address("crash"));
    unwrap(Jit.add(One));
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("one"))()), 1);
  }
}

/// Nobody has noticed yet.
TEST(Removal, OfAnExecutorThatWasKilled) {
  Executor Target = unwrap(Executor::launch(stubCommand()));
  auto Process = static_cast<pid_t>(Target.processId());
  RemoteJIT Jit = unwrap(RemoteJIT::create(std::move(Target)));
  ModuleHandle Module = unwrap(Jit.add(One));
  ASSERT_EQ(::kill(Process, SIGKILL), 0);
  unwrap(Jit.remove(Module));
  unwrap(Jit.restart());
  EXPECT_FALSE(Jit.address("one"));
}

/// A constructor that crashes where somebody has made the folder \p Path
/// before.
std::string crashingSecond(const std::string &Path) {
  return "@path = constant [" + std::to_string(Path.size() + 1) + " x i8] c\"" +
         Path + "\\00\"\n" + R"(
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
declare i32 @mkdir(ptr, i32)
define internal void @start() {
  %done = call i32 @mkdir(ptr @path, i32 448)
  %fine = icmp eq i32 %done, 0
  br i1 %fine, label %end, label %crash
crash:
  %r = load volatile i32, ptr null
  ret void
end:
  ret void
}
)";
}

void keepsOthersFromARestart(const std::vector<std::string> &Command) {
  std::string Path = "/tmp/remote-run-removal-XXXXXX";
  ASSERT_TRUE(::mkdtemp(Path.data()));
  ASSERT_EQ(::rmdir(Path.c_str()), 0);
  RemoteJIT Jit = unwrap(RemoteJIT::create(unwrap(Executor::launch(Command))));
  ModuleHandle Zero = unwrap(Jit.add("define i32 @zero() {\n  ret i32 0\n}\n"));
  ModuleHandle First = unwrap(Jit.add(crashingSecond(Path)));
  ModuleHandle Second = unwrap(Jit.add(One));
  auto Function = unwrap(Jit.lookup<int()>("one"));
  auto Call = unwrap(Jit.lookup<int(const char *, ...)>("snprintf"));
  auto Failed = Jit.restart();
  ASSERT_FALSE(Failed);
  auto NotThere = Function();
  ASSERT_FALSE(NotThere);
  EXPECT_EQ(NotThere.error().Ending, CallEnd::None) << NotThere.error().Message;
  EXPECT_FALSE(Call("text"));
  // Of the second, the executor knows nothing.
  unwrap(Jit.remove(First));
  unwrap(Jit.remove(Second));
  unwrap(Jit.restart());
  EXPECT_FALSE(Jit.address("one"));
  unwrap(Jit.remove(Zero));
  unwrap(Jit.add(One));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("one"))()), 1);
  ::rmdir(Path.c_str());
}

TEST(Removal, OfWhatKeepsOthersFromARestart) {
  keepsOthersFromARestart(stubCommand());
}
/// The executor goes on without them.
TEST(Removal, OfWhatKeepsOthersFromARestartThatCrashes) {
  keepsOthersFromARestart(applicationCommand({"--recover"}));
}

TEST(Removal, AFailedReplacementIsThereInTheNextProcess) {
  RemoteJIT Jit = makeJIT();
  ModuleHandle Module = unwrap(Jit.add(One));
  auto Function = unwrap(Jit.lookup<int()>("one"));
  auto Crashed = Jit.replace(Module, R"(
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
define internal void @start() {
  %r = load volatile i32, ptr null
  ret void
}
define i32 @one() {
  ret i32 2
}
)");
  ASSERT_FALSE(Crashed);
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Function()), 1);
  unwrap(Jit.replace(Module, "define i32 @one() {\n  ret i32 3\n}\n"));
  EXPECT_EQ(unwrap(Function()), 3);
}

} // namespace

//===- ApplicationTest.cpp - Does an application stay what it is? ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <csignal>

using namespace remoterun;

namespace {

constexpr char Drawing[] = R"(
declare i32 @draw_line(i32)
@drawn = external global i32
define i32 @square(i32 %side) {
  %1 = call i32 @draw_line(i32 %side)
  %2 = call i32 @draw_line(i32 %side)
  %3 = call i32 @draw_line(i32 %side)
  %4 = call i32 @draw_line(i32 %side)
  %all = load i32, ptr @drawn
  %same = icmp eq i32 %all, %4
  %r = select i1 %same, i32 %4, i32 -1
  ret i32 %r
}
)";

RemoteJIT launched(std::vector<std::string> Arguments,
                   JITSettings Settings = {}) {
  return unwrap(RemoteJIT::create(
      unwrap(Executor::launch(applicationCommand(std::move(Arguments)))),
      std::move(Settings)));
}

void draws(std::vector<std::string> Arguments) {
  RemoteJIT Jit = launched(std::move(Arguments));
  unwrap(Jit.add(Drawing));
  auto Square = unwrap(Jit.lookup<int(int)>("square"));
  EXPECT_EQ(unwrap(Square(5)), 20);
  EXPECT_EQ(unwrap(Square(1)), 24);
  // The application's own function, without a module.
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int(int)>("draw_line"))(6)), 30);
}

TEST(Application, Serves) { draws({}); }
TEST(Application, Polls) { draws({"--poll"}); }

TEST(Application, ACrashEndsTheCallAlone) {
  RemoteJIT Jit = launched({"--recover"});
  unwrap(Jit.add(Drawing));
  unwrap(Jit.add("define i32 @crash(ptr %p) {\n  %r = load i32, ptr %p\n"
                 "  ret i32 %r\n}\n"
                 "declare void @abort()\n"
                 "define void @give_up() {\n  call void @abort()\n"
                 "  unreachable\n}\n"
                 "define i32 @deep(i32 %n) {\n  %a = alloca [4096 x i8]\n"
                 "  store volatile i8 1, ptr %a\n"
                 "  %m = add i32 %n, 1\n  %r = call i32 @deep(i32 %m)\n"
                 "  %v = load volatile i8, ptr %a\n  %w = sext i8 %v to i32\n"
                 "  %s = add i32 %r, %w\n  ret i32 %s\n}\n",
                 {.Name = "ends.ll"}));
  auto Square = unwrap(Jit.lookup<int(int)>("square"));
  EXPECT_EQ(unwrap(Square(1)), 4);
  auto Crash = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"));
  for (int Round = 0; Round != 3; ++Round) {
    auto End = Crash(ExecutorAddr(8));
    ASSERT_FALSE(End);
    EXPECT_EQ(End.error().Ending, CallEnd::Crash);
    EXPECT_EQ(End.error().Code, SIGSEGV);
    EXPECT_NE(End.error().Message.find("#0 crash"), std::string::npos)
        << End.error().Message;
  }
  auto Abort = unwrap(Jit.lookup<void()>("give_up"))();
  ASSERT_FALSE(Abort);
  EXPECT_EQ(Abort.error().Code, SIGABRT);
  auto Overflow = unwrap(Jit.lookup<int(int)>("deep"))(0);
  ASSERT_FALSE(Overflow);
  EXPECT_EQ(Overflow.error().Code, SIGSEGV);
  // Its state is what it was.
  EXPECT_EQ(unwrap(Square(1)), 8);
}

TEST(Application, ACrashOnAnotherThreadEndsThatCallAlone) {
  RemoteJIT Jit = launched({"--recover", "--threads=4"});
  unwrap(Jit.add("define i32 @crash(ptr %p) {\n  %r = load i32, ptr %p\n"
                 "  ret i32 %r\n}\ndefine i32 @fine() {\n  ret i32 5\n}\n"));
  auto Crash = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"));
  auto Fine = unwrap(Jit.lookup<int()>("fine"));
  std::vector<PendingCall<int>> Bad, Good;
  for (int I = 0; I != 8; ++I) {
    Bad.push_back(unwrap(Crash.async(ExecutorAddr(8))));
    Good.push_back(unwrap(Fine.async()));
  }
  for (auto &Call : Good)
    EXPECT_EQ(unwrap(Call.get()), 5);
  for (auto &Call : Bad)
    EXPECT_EQ(Call.get().error().Ending, CallEnd::Crash);
}

TEST(Application, WithoutRecoveryItDiesAsItWouldHave) {
  RemoteJIT Jit = launched({});
  unwrap(Jit.add("define i32 @crash(ptr %p) {\n  %r = load i32, ptr %p\n"
                 "  ret i32 %r\n}\n"));
  auto End = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"))(ExecutorAddr(8));
  ASSERT_FALSE(End);
  EXPECT_EQ(End.error().Ending, CallEnd::Crash);
  EXPECT_EQ(End.error().Code, SIGSEGV);
}

TEST(Application, DyingItLeavesAReportIfItIsToldTo) {
  RemoteJIT Jit = launched({"--report"});
  unwrap(Jit.add("define i32 @crash(ptr %p) {\n  %r = load i32, ptr %p\n"
                 "  ret i32 %r\n}\n",
                 {.Name = "ends.ll"}));
  auto End = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"))(ExecutorAddr(8));
  ASSERT_FALSE(End);
  EXPECT_NE(End.error().Message.find("#0 crash"), std::string::npos)
      << End.error().Message;
}

/// Has a crash in the executor that \p Command starts told, with its report, to
/// who waits for it and to who asks for something else.
void expectLastWords(std::vector<std::string> Command) {
  RemoteJIT Jit = unwrap(RemoteJIT::create(unwrap(
      Executor::launch(std::move(Command), {.OverStandardStreams = true}))));
  unwrap(Jit.add("declare void @abort()\n"
                 "define void @give_up() {\n"
                 "  call void @abort()\n  unreachable\n}\n",
                 {.Name = "ends.ll"}));
  auto Abort = unwrap(Jit.lookup<void()>("give_up"));
  for (int Round = 0; Round != 2; ++Round) {
    auto End = Abort();
    ASSERT_FALSE(End);
    EXPECT_EQ(End.error().Ending, CallEnd::Crash);
    EXPECT_EQ(End.error().Code, SIGABRT);
    EXPECT_NE(End.error().Message.find(" give_up"), std::string::npos)
        << End.error().Message;
  }
}

TEST(Application, WithoutMemoryInCommonItSendsTheReport) {
  // As at the far end of ssh(1): there is nothing but standard streams.
  expectLastWords({"env", stubCommand().front(), "--serve"});
  std::vector<std::string> Command = {
      "sh", "-c",
      "exec 3<&0 4>&1 0<&2 1>&2; REMOTE_RUN_EXECUTOR=3,4 exec \"$@\"", "sh"};
  for (std::string &Word : applicationCommand({"--report"}))
    Command.push_back(std::move(Word));
  expectLastWords(std::move(Command));
}

} // namespace

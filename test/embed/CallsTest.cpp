//===- CallsTest.cpp - Do calls do what a native call would? --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <climits>
#include <cstring>
#include <thread>

using namespace remoterun;

namespace {

struct Pair {
  int32_t A;
  int32_t B;
};
struct Mixed {
  double X;
  int64_t N;
};
struct Large {
  int64_t A, B, C;
  int8_t D;
};

} // namespace

template <> struct remoterun::StructFields<Pair> {
  static constexpr auto Members = std::tuple(&Pair::A, &Pair::B);
};
template <> struct remoterun::StructFields<Mixed> {
  static constexpr auto Members = std::tuple(&Mixed::X, &Mixed::N);
};
template <> struct remoterun::StructFields<Large> {
  static constexpr auto Members =
      std::tuple(&Large::A, &Large::B, &Large::C, &Large::D);
};

namespace {

// Made by `clang -O1 -S -emit-llvm` for x86-64 where the convention matters.
TEST(Calls, Numbers) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(R"(
define double @mixed(i8 signext %a, i16 zeroext %b, i32 %c, i64 %d, float %e,
                     double %f, i1 zeroext %g) {
  %a1 = sitofp i8 %a to double
  %b1 = uitofp i16 %b to double
  %c1 = sitofp i32 %c to double
  %d1 = sitofp i64 %d to double
  %e1 = fpext float %e to double
  %g1 = uitofp i1 %g to double
  %s1 = fadd double %a1, %b1
  %s2 = fadd double %s1, %c1
  %s3 = fadd double %s2, %d1
  %s4 = fadd double %s3, %e1
  %s5 = fadd double %s4, %f
  %s6 = fadd double %s5, %g1
  ret double %s6
}
define signext i8 @negative() {
  ret i8 -5
}
define ptr @itself(ptr %p) {
  ret ptr %p
}
)"));
  auto Mixed = unwrap(
      Jit.lookup<double(int8_t, uint16_t, int, int64_t, float, double, bool)>(
          "mixed"));
  EXPECT_EQ(unwrap(Mixed(-1, 65535, -3, 1000, 0.5f, 0.25, true)),
            -1 + 65535 - 3 + 1000 + 0.5 + 0.25 + 1);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int8_t()>("negative"))()), -5);
  auto Itself = unwrap(Jit.lookup<ExecutorAddr(ExecutorAddr)>("itself"));
  EXPECT_EQ(unwrap(Itself(ExecutorAddr(0x123456789))).value(), 0x123456789u);
}

TEST(Calls, ManyArgumentsAreOnTheStack) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(R"(
define i32 @last(i32, i32, i32, i32, i32, i32, i32, i32 %h, i32 %i) {
  %r = mul i32 %h, %i
  ret i32 %r
}
)"));
  auto Last = unwrap(
      Jit.lookup<int(int, int, int, int, int, int, int, int, int)>("last"));
  EXPECT_EQ(unwrap(Last(1, 2, 3, 4, 5, 6, 7, 6, 7)), 42);
}

TEST(Calls, TextsAndBytesAreCopied) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(R"(
declare i64 @strlen(ptr)
define i64 @length(ptr %text) {
  %null = icmp eq ptr %text, null
  br i1 %null, label %none, label %some
none:
  ret i64 -1
some:
  %r = call i64 @strlen(ptr %text)
  ret i64 %r
}
define void @reverse(ptr %bytes, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %i1, %step ]
  %j = sub i64 %n, %i
  %j1 = sub i64 %j, 1
  %more = icmp slt i64 %i, %j1
  br i1 %more, label %step, label %done
step:
  %p = getelementptr i8, ptr %bytes, i64 %i
  %q = getelementptr i8, ptr %bytes, i64 %j1
  %a = load i8, ptr %p
  %b = load i8, ptr %q
  store i8 %b, ptr %p
  store i8 %a, ptr %q
  %i1 = add i64 %i, 1
  br label %loop
done:
  ret void
}
)"));
  auto Length = unwrap(Jit.lookup<int64_t(const char *)>("length"));
  EXPECT_EQ(unwrap(Length("four")), 4);
  EXPECT_EQ(unwrap(Length("")), 0);
  EXPECT_EQ(unwrap(Length(nullptr)), -1);
  auto Reverse = unwrap(Jit.lookup<void(std::span<uint8_t>)>("reverse"));
  std::vector<uint8_t> Bytes = {1, 2, 3, 4, 5};
  unwrap(Reverse(Bytes));
  EXPECT_EQ(Bytes, (std::vector<uint8_t>{5, 4, 3, 2, 1}));
  // More than a pipe holds, both ways.
  std::vector<uint8_t> Many(3 << 20, 7);
  Many.front() = 1;
  unwrap(Reverse(Many));
  EXPECT_EQ(Many.back(), 1);
  EXPECT_EQ(Many.front(), 7);
}

TEST(Calls, Structs) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(R"(
define i64 @swap(i64 %p) {
  %high = lshr i64 %p, 32
  %low = shl i64 %p, 32
  %r = or i64 %high, %low
  ret i64 %r
}
define { double, i64 } @twice(double %x, i64 %n) {
  %x2 = fadd double %x, %x
  %n2 = add i64 %n, %n
  %r1 = insertvalue { double, i64 } poison, double %x2, 0
  %r2 = insertvalue { double, i64 } %r1, i64 %n2, 1
  ret { double, i64 } %r2
}
%Large = type { i64, i64, i64, i8 }
define void @rotate(ptr sret(%Large) align 8 %out, ptr byval(%Large) align 8 %in) {
  %a = load i64, ptr %in
  %pb = getelementptr %Large, ptr %in, i32 0, i32 1
  %b = load i64, ptr %pb
  %pc = getelementptr %Large, ptr %in, i32 0, i32 2
  %c = load i64, ptr %pc
  %pd = getelementptr %Large, ptr %in, i32 0, i32 3
  %d = load i8, ptr %pd
  store i64 %b, ptr %out
  %qb = getelementptr %Large, ptr %out, i32 0, i32 1
  store i64 %c, ptr %qb
  %qc = getelementptr %Large, ptr %out, i32 0, i32 2
  store i64 %a, ptr %qc
  %qd = getelementptr %Large, ptr %out, i32 0, i32 3
  store i8 %d, ptr %qd
  ret void
}
)"));
  Pair Swapped = unwrap(unwrap(Jit.lookup<Pair(Pair)>("swap"))({1, 2}));
  EXPECT_EQ(Swapped.A, 2);
  EXPECT_EQ(Swapped.B, 1);
  Mixed Doubled = unwrap(unwrap(Jit.lookup<Mixed(Mixed)>("twice"))({1.5, 21}));
  EXPECT_EQ(Doubled.X, 3.0);
  EXPECT_EQ(Doubled.N, 42);
  Large Rotated =
      unwrap(unwrap(Jit.lookup<Large(Large)>("rotate"))({1, 2, 3, -4}));
  EXPECT_EQ(Rotated.A, 2);
  EXPECT_EQ(Rotated.B, 3);
  EXPECT_EQ(Rotated.C, 1);
  EXPECT_EQ(Rotated.D, -4);
}

constexpr char Ends[] = R"(
declare void @exit(i32)
declare void @abort()
define i32 @crash(ptr %p) {
  %r = load i32, ptr %p
  ret i32 %r
}
define void @leave(i32 %status) {
  call void @exit(i32 %status)
  unreachable
}
define void @spin() {
  br label %loop
loop:
  br label %loop
}
define i32 @fine() {
  ret i32 1
}
)";

TEST(Calls, ACrashIsAReport) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(Ends, {.Name = "ends.ll"}));
  auto Crash = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"));
  auto End = Crash(ExecutorAddr());
  ASSERT_FALSE(End);
  const std::string &Message = End.error().Message;
  EXPECT_EQ(End.error().Ending, CallEnd::Crash) << Message;
  EXPECT_EQ(End.error().Code, SIGSEGV);
  EXPECT_NE(Message.find("null"), std::string::npos) << Message;
  EXPECT_NE(Message.find("#0 crash"), std::string::npos) << Message;
  // The process is gone, and says so.
  auto Fine = Jit.lookup<int()>("fine");
  EXPECT_FALSE(Fine && (*Fine)());
}

TEST(Calls, AnExitIsToldWithItsStatus) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(Ends));
  auto End = unwrap(Jit.lookup<void(int)>("leave"))(7);
  ASSERT_FALSE(End);
  EXPECT_EQ(End.error().Ending, CallEnd::Exit);
  EXPECT_EQ(End.error().Code, 7);
}

TEST(Calls, ATimeLimitEndsTheWaiting) {
  RemoteJIT Jit = makeJIT({.CallTimeLimit = std::chrono::milliseconds(50)});
  unwrap(Jit.add(Ends));
  auto End = unwrap(Jit.lookup<void()>("spin"))();
  ASSERT_FALSE(End);
  EXPECT_EQ(End.error().Ending, CallEnd::TimeLimit);
}

TEST(Calls, RestartLinksAgainAndCompilesNothing) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(Ends));
  unwrap(Jit.add("@n = global i32 0\ndefine i32 @count() {\n"
                 "  %o = load i32, ptr @n\n  %p = add i32 %o, 1\n"
                 "  store i32 %p, ptr @n\n  ret i32 %p\n}\n"));
  auto Crash = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"));
  auto Count = unwrap(Jit.lookup<int()>("count"));
  EXPECT_EQ(unwrap(Count()), 1);
  EXPECT_EQ(unwrap(Count()), 2);
  EXPECT_FALSE(Crash(ExecutorAddr()));
  auto Before = Jit.statistics();
  unwrap(Jit.restart());
  auto After = Jit.statistics();
  EXPECT_EQ(After.ModulesCompiled, Before.ModulesCompiled);
  EXPECT_EQ(After.WrappersCompiled, Before.WrappersCompiled);
  EXPECT_EQ(After.ModulesLinked, 2 * Before.ModulesLinked);
  EXPECT_EQ(unwrap(Count()), 1);
}

TEST(Calls, AnotherExecutorGetsTheSameObjects) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@n = global i32 41\ndefine i32 @count() {\n"
                 "  %o = load i32, ptr @n\n  %p = add i32 %o, 1\n"
                 "  store i32 %p, ptr @n\n  ret i32 %p\n}\n"));
  auto Count = unwrap(Jit.lookup<int()>("count"));
  EXPECT_EQ(unwrap(Count()), 42);
  EXPECT_EQ(unwrap(Count()), 43);
  Executor Other = unwrap(Executor::launch(applicationCommand()));
  uint64_t Process = Other.processId();
  auto Before = Jit.statistics();
  unwrap(Jit.move(std::move(Other)));
  EXPECT_EQ(Jit.statistics().ModulesCompiled, Before.ModulesCompiled);
  EXPECT_EQ(unwrap(Count()), 42);
  EXPECT_EQ(
      static_cast<uint64_t>(unwrap(unwrap(Jit.lookup<int()>("getpid"))())),
      Process);
}

TEST(Calls, ACallThatWaitsDoesNotKeepModulesOut) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@gate = global i32 0\ndefine i32 @wait() {\n"
                 "  br label %loop\nloop:\n"
                 "  %g = load atomic i32, ptr @gate seq_cst, align 4\n"
                 "  %open = icmp ne i32 %g, 0\n"
                 "  br i1 %open, label %done, label %loop\ndone:\n"
                 "  ret i32 %g\n}\n"));
  auto Pending = unwrap(unwrap(Jit.lookup<int()>("wait")).async());
  // What opens the gate comes while somebody waits for that.
  std::thread Waiting([&] { EXPECT_EQ(unwrap(Pending.get()), 5); });
  unwrap(Jit.add("@gate = external global i32\ndefine void @open() {\n"
                 "  store atomic i32 5, ptr @gate seq_cst, align 4\n"
                 "  ret void\n}\n"));
  unwrap(unwrap(Jit.lookup<void()>("open"))());
  Waiting.join();
}

TEST(Calls, ManyAtOnce) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(R"(
@gate = global i32 0
define i32 @wait(i32 %x) {
  br label %loop
loop:
  %g = load atomic i32, ptr @gate seq_cst, align 4
  %open = icmp ne i32 %g, 0
  br i1 %open, label %done, label %loop
done:
  %r = mul i32 %x, %x
  ret i32 %r
}
define void @open() {
  store atomic i32 1, ptr @gate seq_cst, align 4
  ret void
}
)"));
  auto Wait = unwrap(Jit.lookup<int(int)>("wait"));
  auto Open = unwrap(Jit.lookup<void()>("open"));
  std::vector<PendingCall<int>> Pending;
  for (int I = 0; I != 8; ++I)
    Pending.push_back(unwrap(Wait.async(I)));
  EXPECT_FALSE(Pending.front().isReady());
  // None of them comes back before this call has.
  unwrap(Open());
  for (int I = 0; I != 8; ++I)
    EXPECT_EQ(unwrap(Pending[static_cast<size_t>(I)].get()), I * I);
}

} // namespace

//===- ValuesTest.cpp - Does what calls pass and return come over? --------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Texts that are returned, arguments of variadic functions, and what calls that
// somebody waits for later copy back.
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <array>
#include <csignal>
#include <cstdio>

using namespace remoterun;

namespace {

using MaybeText = std::optional<std::string>;

TEST(Values, ATextIsReturned) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(R"(
@hello = constant [6 x i8] c"hello\00"
@empty = constant [1 x i8] zeroinitializer
define ptr @text(i32 %which) {
  switch i32 %which, label %none [ i32 0, label %hello
                                   i32 1, label %empty
                                   i32 2, label %wild ]
hello:
  ret ptr @hello
empty:
  ret ptr @empty
wild:
  ret ptr inttoptr (i64 16 to ptr)
none:
  ret ptr null
}
)"));
  auto Text = unwrap(Jit.lookup<std::string(int)>("text"));
  EXPECT_EQ(unwrap(Text(0)), "hello");
  EXPECT_EQ(unwrap(Text(1)), "");
  auto Null = Text(3);
  ASSERT_FALSE(Null);
  EXPECT_EQ(Null.error().Ending, CallEnd::None);
  EXPECT_NE(Null.error().Message.find("null pointer"), std::string::npos);
  auto Maybe = unwrap(Jit.lookup<MaybeText(int)>("text"));
  EXPECT_EQ(unwrap(Maybe(0)), MaybeText("hello"));
  EXPECT_EQ(unwrap(Maybe(1)), MaybeText(""));
  EXPECT_EQ(unwrap(Maybe(3)), MaybeText());
  EXPECT_EQ(unwrap(unwrap(Maybe.async(0)).get()), MaybeText("hello"));
  // Read where a caller there would read it.
  auto Wild = Text(2);
  ASSERT_FALSE(Wild);
  EXPECT_EQ(Wild.error().Ending, CallEnd::Crash);
  EXPECT_EQ(Wild.error().Code, SIGSEGV);
}

TEST(Values, TextsOfEachLength) {
  RemoteJIT Jit = makeJIT();
  // As many letters as are wanted, up to the end of a page.
  unwrap(Jit.add(R"(
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
declare i32 @munmap(ptr, i64)
declare ptr @memset(ptr, i32, i64)
@memory = global ptr null
define void @prepare() {
  %all = call ptr @mmap(ptr null, i64 2097152, i32 3, i32 34, i32 -1, i64 0)
  %behind = getelementptr i8, ptr %all, i64 1052672
  %gone = call i32 @munmap(ptr %behind, i64 4096)
  store ptr %all, ptr @memory
  ret void
}
define ptr @letters(i64 %n) {
  %all = load ptr, ptr @memory
  %offset = sub i64 1052671, %n
  %start = getelementptr i8, ptr %all, i64 %offset
  %1 = call ptr @memset(ptr %start, i32 97, i64 %n)
  %last = getelementptr i8, ptr %all, i64 1052671
  store i8 0, ptr %last
  ret ptr %start
}
)"));
  unwrap(unwrap(Jit.lookup<void()>("prepare"))());
  auto Letters = unwrap(Jit.lookup<std::string(uint64_t)>("letters"));
  for (size_t Length : {size_t(0), size_t(1), size_t(231), size_t(232),
                        size_t(233), size_t(5000), LongestText})
    EXPECT_EQ(unwrap(Letters(Length)), std::string(Length, 'a')) << Length;
  auto Longer = Letters(LongestText + 1);
  ASSERT_FALSE(Longer);
  EXPECT_NE(Longer.error().Message.find("more than 1048576 bytes"),
            std::string::npos)
      << Longer.error().Message;
  EXPECT_EQ(unwrap(Letters(3)), "aaa");
}

TEST(Values, ATextOfAnArgumentOutlivesTheCall) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("define ptr @itself(ptr %p) {\n  ret ptr %p\n}\n"
                 "define ptr @fill(ptr %p, i64 %n, ptr %other) {\n"
                 "  %last = sub i64 %n, 1\n"
                 "  %end = getelementptr i8, ptr %p, i64 %last\n"
                 "  %1 = call ptr @memset(ptr %p, i32 98, i64 %last)\n"
                 "  store i8 0, ptr %end\n"
                 "  ret ptr %p\n}\n"
                 "declare ptr @memset(ptr, i32, i64)\n"));
  auto Itself = unwrap(Jit.lookup<std::string(const char *)>("itself"));
  // Memory of this size is not there any more once it is freed.
  std::string Long(1000000, 'x');
  Long[70000] = 'y';
  EXPECT_EQ(unwrap(Itself(Long.c_str())), Long);
  EXPECT_EQ(unwrap(Itself("short")), "short");
  // Beside what is copied back, which is what the function has made of it.
  auto Fill =
      unwrap(Jit.lookup<std::string(std::span<uint8_t>, std::string)>("fill"));
  std::vector<uint8_t> Bytes(1000, 'z');
  EXPECT_EQ(unwrap(Fill(Bytes, "other")), std::string(999, 'b'));
  EXPECT_EQ(Bytes[998], 'b');
  EXPECT_EQ(Bytes[999], 0);
}

TEST(Values, NothingIsANullPointer) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("define i1 @isNull(ptr %p) {\n"
                 "  %r = icmp eq ptr %p, null\n  ret i1 %r\n}\n"));
  auto IsNull = unwrap(Jit.lookup<bool(MaybeText)>("isNull"));
  EXPECT_TRUE(unwrap(IsNull(std::nullopt)));
  EXPECT_FALSE(unwrap(IsNull("")));
}

TEST(Values, VariadicFunctionsOfLibc) {
  RemoteJIT Jit = makeJIT();
  auto Print = unwrap(
      Jit.lookup<int(std::span<uint8_t>, const char *, ...)>("snprintf"));
  std::array<uint8_t, 200> Bytes = {};
  auto Text = [&] {
    return std::string(reinterpret_cast<char *>(Bytes.data()));
  };
  EXPECT_EQ(unwrap(Print(Bytes, "none")), 4);
  EXPECT_EQ(Text(), "none");
  enum Small : int8_t { MinusTwo = -2 };
  char Own[] = "own";
  // Each as C promotes it; more than there are registers.
  constexpr char Format[] = "%d %u %c %g %g %s %s %lld %d %p %.1f %.1f %.1f "
                            "%.1f %.1f %.1f %.1f %d %s";
  unwrap(Print(Bytes, Format, int8_t(-3), uint16_t(65535), 'x', 0.5f, 0.25,
               "text", std::string("string"), int64_t(1) << 40, true, nullptr,
               1.0, 2.0, 3.0, 4.0, 5.0, 6.0f, 7.0, MinusTwo, Own));
  char Native[200];
  std::snprintf(Native, sizeof(Native), Format, int8_t(-3), uint16_t(65535),
                'x', double(0.5f), 0.25, "text", "string", 1LL << 40, true,
                static_cast<void *>(nullptr), 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0,
                int(MinusTwo), Own);
  EXPECT_EQ(Text(), Native);
}

constexpr char Sum[] = R"(
declare void @llvm.va_start(ptr)
declare void @llvm.va_end(ptr)
declare i32 @vsnprintf(ptr, i64, ptr, ptr)
@text = global [100 x i8] zeroinitializer
define ptr @format(ptr %format, ...) {
  %list = alloca [32 x i8], align 16
  call void @llvm.va_start(ptr %list)
  %n = call i32 @vsnprintf(ptr @text, i64 100, ptr %format, ptr %list)
  call void @llvm.va_end(ptr %list)
  ret ptr @text
}
)";

TEST(Values, VariadicFunctionsOfModules) {
  RemoteJIT Jit = makeJIT();
  ModuleHandle Module = unwrap(Jit.add(Sum));
  auto Format = unwrap(Jit.lookup<std::string(const char *, ...)>("format"));
  EXPECT_EQ(unwrap(Format("%d and %s", 1, "two")), "1 and two");
  EXPECT_EQ(unwrap(Format("%d and %s", 3, "four")), "3 and four");
  EXPECT_EQ(unwrap(unwrap(Format.async("%g", 1.5)).get()), "1.5");
  // One for each list of types.
  EXPECT_EQ(Jit.statistics().WrappersCompiled, 2u);
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Format("%d and %s", 5, "six")), "5 and six");
  EXPECT_EQ(Jit.statistics().WrappersCompiled, 2u);
  unwrap(Jit.remove(Module));
  auto Gone = Format("%d and %s", 7, "eight");
  ASSERT_FALSE(Gone);
  EXPECT_NE(Gone.error().Message.find("in no module"), std::string::npos);
}

constexpr char Fill[] = R"(
declare ptr @memset(ptr, i32, i64)
define void @fill(ptr %bytes, i64 %n, i32 %with) {
  %1 = call ptr @memset(ptr %bytes, i32 %with, i64 %n)
  ret void
}
)";

TEST(Values, WhatIsWaitedForLaterIsCopiedBack) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(Fill));
  auto Function = unwrap(Jit.lookup<void(std::span<uint8_t>, int)>("fill"));
  std::array<std::array<uint8_t, 3>, 4> Bytes = {};
  std::vector<PendingCall<void>> Pending;
  for (int I = 0; I != 4; ++I)
    Pending.push_back(unwrap(Function.async(Bytes[static_cast<size_t>(I)], I)));
  for (int I = 3; I >= 0; --I) {
    auto Number = static_cast<uint8_t>(I);
    EXPECT_EQ(Bytes[Number], (std::array<uint8_t, 3>{}));
    unwrap(Pending[Number].get());
    EXPECT_EQ(Bytes[Number], (std::array<uint8_t, 3>{Number, Number, Number}));
  }
  {
    // Whoever does not ask gets nothing.
    std::vector<uint8_t> Gone(1000);
    auto Forgotten = unwrap(Function.async(Gone, 1));
  }
  std::array<uint8_t, 3> Last = {};
  unwrap(Function(Last, 9));
  EXPECT_EQ(Last, (std::array<uint8_t, 3>{9, 9, 9}));
}

} // namespace

//===- LazyModulesTest.cpp - Is only what is used compiled? ---------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// lazy-modules.test runs the tests of modules that are not lazy with these,
// too: what they ask must be answered as ever.
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <filesystem>
#include <thread>

using namespace remoterun;

namespace {

RemoteJIT makeLazy(JITSettings Settings = {}) {
  Settings.Lazy = true;
  return makeJIT(std::move(Settings));
}

size_t compiled(RemoteJIT &Jit) { return Jit.statistics().FunctionsCompiled; }

/// Forty functions that need nothing, three that need each other in a row, the
/// last of which is the module's own, and two that share a variable.
std::string library() {
  std::string Text;
  for (int I = 0; I != 40; ++I) {
    const std::string Number = std::to_string(I);
    Text +=
        "define i32 @alone" + Number + "() {\n  ret i32 " + Number + "\n}\n";
  }
  return Text + R"(
@count = internal global i32 10
@table = private unnamed_addr constant [2 x i32] [i32 5, i32 6]
define i32 @first(i32 %n) {
  %r = call i32 @second(i32 %n)
  %s = add i32 %r, 1
  ret i32 %s
}
define i32 @second(i32 %n) {
  %r = call i32 @third(i32 %n)
  %s = mul i32 %r, 2
  ret i32 %s
}
define internal i32 @third(i32 %n) {
  %p = getelementptr i32, ptr @table, i32 %n
  %r = load i32, ptr %p
  ret i32 %r
}
define i32 @next() {
  %old = load i32, ptr @count
  %new = add i32 %old, 1
  store i32 %new, ptr @count
  ret i32 %new
}
define i32 @last() {
  %r = load i32, ptr @count
  ret i32 %r
}
define i32 @crash(ptr %p) {
  %r = call i32 @inner(ptr %p)
  %s = add i32 %r, 1
  ret i32 %s
}
define internal i32 @inner(ptr %p) noinline {
  %r = load volatile i32, ptr %p
  ret i32 %r
}
)";
}

TEST(LazyModules, WhatIsNotUsedIsNotCompiled) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add(library(), {.Name = "library.ll"}));
  EXPECT_EQ(compiled(Jit), 0u);
  EXPECT_EQ(Jit.statistics().ModulesLinked, 0u);
  auto First = unwrap(Jit.lookup<int(int)>("first"));
  EXPECT_EQ(compiled(Jit), 3u);
  EXPECT_EQ(unwrap(First(1)), 13);
  // It has come with the first.
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int(int)>("second"))(0)), 10);
  EXPECT_EQ(compiled(Jit), 3u);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("alone17"))()), 17);
  EXPECT_EQ(compiled(Jit), 4u);
  EXPECT_FALSE(Jit.address("third"));
  EXPECT_FALSE(Jit.address("nowhere"));
}

TEST(LazyModules, PiecesHaveOneState) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add(library()));
  auto Next = unwrap(Jit.lookup<int()>("next"));
  EXPECT_EQ(unwrap(Next()), 11);
  auto Last = unwrap(Jit.lookup<int()>("last"));
  EXPECT_EQ(unwrap(Last()), 11);
  EXPECT_EQ(unwrap(Next()), 12);
  EXPECT_EQ(unwrap(Last()), 12);
}

TEST(LazyModules, LaterModulesTakeWhatTheyReferTo) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add(library()));
  unwrap(Jit.add("declare i32 @first(i32)\ndeclare i32 @alone3()\n"
                 "define i32 @far(i32 %n) {\n"
                 "  %r = call i32 @first(i32 %n)\n  ret i32 %r\n}\n"
                 "define i32 @near() {\n"
                 "  %r = call i32 @alone3()\n  ret i32 %r\n}\n"));
  EXPECT_EQ(compiled(Jit), 0u);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("near"))()), 3);
  EXPECT_EQ(compiled(Jit), 2u);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int(int)>("far"))(1)), 13);
  EXPECT_EQ(compiled(Jit), 6u);
}

constexpr char Starting[] = R"(
@noted = global i32 0
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @end, ptr null }]
@llvm.used = appending global [1 x ptr] [ptr @used]
@outside = external global i32
define internal void @start() {
  call void @note(i32 7)
  ret void
}
define internal void @note(i32 %n) {
  store i32 %n, ptr @noted
  ret void
}
define internal void @end() {
  store i32 9, ptr @outside
  ret void
}
define void @used() {
  ret void
}
define i32 @unused() {
  ret i32 1
}
)";

TEST(LazyModules, ConstructorsRunWhenItIsAdded) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add("@outside = global i32 0\n"));
  ModuleHandle Module = unwrap(Jit.add(Starting));
  // start, note, end, used.
  EXPECT_EQ(compiled(Jit), 4u);
  std::vector<uint8_t> Bytes(4);
  unwrap(Jit.read(Jit.address("noted"), Bytes));
  EXPECT_EQ(Bytes[0], 7);
  unwrap(Jit.remove(Module));
  unwrap(Jit.read(Jit.address("outside"), Bytes));
  EXPECT_EQ(Bytes[0], 9);
  EXPECT_FALSE(Jit.address("noted"));
}

TEST(LazyModules, RemovalTakesAllPieces) {
  RemoteJIT Jit = makeLazy();
  uint64_t Before = Jit.statistics().RoomLeft;
  ModuleHandle Library = unwrap(Jit.add(library()));
  unwrap(Jit.address("next"));
  unwrap(Jit.address("last"));
  unwrap(Jit.address("first"));
  ModuleHandle User =
      unwrap(Jit.add("declare i32 @next()\ndefine i32 @use() {\n"
                     "  %r = call i32 @next()\n  ret i32 %r\n}\n"));
  unwrap(Jit.address("use"));
  auto Refused = Jit.remove(Library);
  ASSERT_FALSE(Refused);
  EXPECT_NE(Refused.error().Message.find("refers to it"), std::string::npos);
  unwrap(Jit.address("first"));
  unwrap(Jit.remove(User));
  unwrap(Jit.remove(Library));
  EXPECT_EQ(Jit.statistics().RoomLeft, Before);
  for (const char *Name : {"next", "first", "alone1", "use"})
    EXPECT_FALSE(Jit.address(Name)) << Name;
  unwrap(Jit.add(library()));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("next"))()), 11);
}

TEST(LazyModules, NamesAreTakenBeforeThereIsCode) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add("define i32 @strong() {\n  ret i32 1\n}\n"
                 "define weak i32 @weak() {\n  ret i32 1\n}\n"));
  auto Again = Jit.add("define i32 @strong() {\n  ret i32 2\n}\n",
                       {.Name = "second.ll"});
  ASSERT_FALSE(Again);
  EXPECT_NE(Again.error().Message.find("'second.ll' defines 'strong'"),
            std::string::npos)
      << Again.error().Message;
  unwrap(Jit.add("define weak i32 @weak() {\n  ret i32 2\n}\n"
                 "define i32 @ask() {\n  %r = call i32 @weak()\n"
                 "  ret i32 %r\n}\n"));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("ask"))()), 1);
  EXPECT_EQ(compiled(Jit), 2u);
}

TEST(LazyModules, RestartLinksPiecesAgain) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add(library()));
  auto Next = unwrap(Jit.lookup<int()>("next"));
  auto Last = unwrap(Jit.lookup<int()>("last"));
  EXPECT_EQ(unwrap(Next()), 11);
  size_t Before = compiled(Jit);
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Last()), 10);
  EXPECT_EQ(unwrap(Next()), 11);
  EXPECT_EQ(compiled(Jit), Before);
  // More can be had.
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("alone1"))()), 1);
  unwrap(Jit.move(unwrap(Executor::launch(applicationCommand()))));
  EXPECT_EQ(unwrap(Next()), 11);
  EXPECT_EQ(compiled(Jit), Before + 1);
}

TEST(LazyModules, ACrashIsToldAsOfTheModule) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add(library(), {.Name = "library.ll"}));
  auto End = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"))(ExecutorAddr());
  ASSERT_FALSE(End);
  EXPECT_NE(End.error().Message.find("#0 inner"), std::string::npos)
      << End.error().Message;
  EXPECT_NE(End.error().Message.find(" in library.ll"), std::string::npos)
      << End.error().Message;
  EXPECT_EQ(End.error().Message.find("remote-run"), std::string::npos)
      << End.error().Message;
}

TEST(LazyModules, WhatIsMissingIsToldWhenItIsReferredTo) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add("declare i32 @absent()\n@n = internal global i32 1\n"
                 "define i32 @uses() {\n  %r = call i32 @absent()\n"
                 "  %s = load i32, ptr @n\n  %t = add i32 %r, %s\n"
                 "  ret i32 %t\n}\n"
                 "define i32 @fine() {\n  %s = load i32, ptr @n\n"
                 "  ret i32 %s\n}\n"));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("fine"))()), 1);
  auto Missing = Jit.lookup<int()>("uses");
  ASSERT_FALSE(Missing);
  EXPECT_NE(Missing.error().Message.find("absent"), std::string::npos);
  unwrap(Jit.add("define i32 @absent() {\n  ret i32 2\n}\n"));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("uses"))()), 3);
}

TEST(LazyModules, TwoThatNeedEachOtherAreRefused) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add("declare i32 @b()\ndefine i32 @a() {\n"
                 "  %r = call i32 @b()\n  ret i32 %r\n}\n"));
  unwrap(Jit.add("declare i32 @a()\ndefine i32 @b() {\n"
                 "  %r = call i32 @a()\n  ret i32 %r\n}\n"
                 "define i32 @c() {\n  ret i32 3\n}\n"));
  for (const char *Name : {"a", "b", "a"}) {
    auto Refused = Jit.lookup<int()>(Name);
    ASSERT_FALSE(Refused);
    EXPECT_NE(Refused.error().Message.find("need each other's"),
              std::string::npos)
        << Refused.error().Message;
  }
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("c"))()), 3);
}

/// Each in one object, for a reason of its own.
TEST(LazyModules, SomeModulesStayWhole) {
  constexpr const char *Modules[] = {
      "@own = thread_local global i32 1\n"
      "define i32 @get() {\n  %r = load i32, ptr @own\n  ret i32 %r\n}\n"
      "define i32 @other() {\n  ret i32 2\n}\n",
      "module asm \".globl label\\0Alabel: .long 1\"\n"
      "@label = external global i32\n"
      "define i32 @get() {\n  %r = load i32, ptr @label\n  ret i32 %r\n}\n"
      "define i32 @other() {\n  ret i32 2\n}\n",
      "@listed = global i32 1, section \"list\"\n"
      "define i32 @get() {\n  %r = load i32, ptr @listed\n  ret i32 %r\n}\n"
      "define i32 @other() {\n  ret i32 2\n}\n"};
  for (const char *Module : Modules) {
    RemoteJIT Jit = makeLazy();
    unwrap(Jit.add(Module));
    EXPECT_EQ(compiled(Jit), 2u) << Module;
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("get"))()), 1) << Module;
  }
}

TEST(LazyModules, AliasesComeWithWhatTheyStandFor) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add("@n = internal global i32 1\n@m = alias i32, ptr @n\n"
                 "@g = alias i32 (), ptr @f\n@h = alias i32 (), ptr @hidden\n"
                 "define i32 @f() {\n  %r = load i32, ptr @n\n"
                 "  ret i32 %r\n}\n"
                 "define hidden i32 @hidden() {\n  %r = load i32, ptr @m\n"
                 "  ret i32 %r\n}\n"
                 "define i32 @set(i32 %v) {\n  store i32 %v, ptr @m\n"
                 "  ret i32 %v\n}\n"));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("f"))()), 1);
  unwrap(unwrap(Jit.lookup<int(int)>("set"))(4));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("g"))()), 4);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("h"))()), 4);
  EXPECT_EQ(unwrap(Jit.address("f")), unwrap(Jit.address("g")));
  EXPECT_EQ(compiled(Jit), 3u);
}

TEST(LazyModules, OneReplacesTheOther) {
  RemoteJIT Jit = makeLazy();
  ModuleHandle Module = unwrap(Jit.add(library()));
  auto First = unwrap(Jit.lookup<int(int)>("first"));
  EXPECT_EQ(unwrap(First(1)), 13);
  unwrap(Jit.replace(Module, "define i32 @first(i32 %n) {\n  ret i32 %n\n}\n"
                             "define i32 @more() {\n  ret i32 1\n}\n"));
  EXPECT_EQ(unwrap(First(1)), 1);
  EXPECT_FALSE(Jit.address("alone1"));
  auto Broken = Jit.replace(Module, R"(
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
declare void @absent()
define internal void @start() {
  call void @absent()
  ret void
}
)");
  ASSERT_FALSE(Broken);
  EXPECT_EQ(unwrap(First(5)), 5);
  unwrap(Jit.remove(Module));
  EXPECT_FALSE(Jit.address("first"));
  EXPECT_FALSE(Jit.address("more"));
}

TEST(LazyModules, AReplaceableOneIsWhole) {
  RemoteJIT Jit = makeLazy();
  ModuleHandle Module = unwrap(
      Jit.add("define i32 @f() {\n  ret i32 1\n}\n", {.Replaceable = true}));
  unwrap(Jit.add("declare i32 @f()\ndefine i32 @g() {\n"
                 "  %r = call i32 @f()\n  ret i32 %r\n}\n"));
  auto G = unwrap(Jit.lookup<int()>("g"));
  EXPECT_EQ(unwrap(G()), 1);
  unwrap(Jit.replace(Module, "define i32 @f() {\n  ret i32 2\n}\n"));
  EXPECT_EQ(unwrap(G()), 2);
}

TEST(LazyModules, PiecesAreFoundInTheCache) {
  std::string Folder = "/tmp/remote-run-lazy-XXXXXX";
  ASSERT_TRUE(::mkdtemp(Folder.data()));
  for (size_t Round = 0; Round != 2; ++Round) {
    RemoteJIT Jit = makeLazy({.Cache = Folder + "/cache"});
    unwrap(Jit.add(library()));
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int(int)>("first"))(1)), 13);
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("next"))()), 11);
    EXPECT_EQ(compiled(Jit), Round == 0 ? 4u : 0u);
    EXPECT_EQ(Jit.statistics().ModulesFromCache, 2 * Round);
  }
  std::filesystem::remove_all(Folder);
}

TEST(LazyModules, ManyLookAtOnce) {
  RemoteJIT Jit = makeLazy();
  unwrap(Jit.add(library()));
  std::vector<std::thread> Threads;
  for (int Start = 0; Start != 4; ++Start)
    Threads.emplace_back([&Jit, Start] {
      for (int I = 0; I != 40; ++I) {
        int Number = (Start * 10 + I) % 40;
        auto Its = unwrap(Jit.lookup<int()>("alone" + std::to_string(Number)));
        EXPECT_EQ(unwrap(Its()), Number);
      }
    });
  for (std::thread &Each : Threads)
    Each.join();
  EXPECT_EQ(compiled(Jit), 40u);
}

} // namespace

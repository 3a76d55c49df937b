//===- ModulesTest.cpp - Do modules find what they should? ----------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

#include <array>
#include <cstring>

using namespace remoterun;

namespace {

constexpr char Counter[] = R"(
@count = global i32 40
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
define internal void @start() {
  %old = load i32, ptr @count
  %new = add i32 %old, 1
  store i32 %new, ptr @count
  ret void
}
define i32 @next() {
  %old = load i32, ptr @count
  %new = add i32 %old, 1
  store i32 %new, ptr @count
  ret i32 %new
}
)";

constexpr char Caller[] = R"(
declare i32 @next()
@count = external global i32
define i32 @twice() {
  %a = call i32 @next()
  %b = call i32 @next()
  %sum = add i32 %a, %b
  %c = load i32, ptr @count
  %all = add i32 %sum, %c
  ret i32 %all
}
)";

TEST(Modules, OneCallsTheOther) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(Counter, {.Name = "counter.ll"}));
  unwrap(Jit.add(Caller, {.Name = "caller.ll"}));
  auto Next = unwrap(Jit.lookup<int()>("next"));
  EXPECT_EQ(unwrap(Next()), 42);
  // 43 + 44 + 44.
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("twice"))()), 131);
}

TEST(Modules, AModuleOfTheBuilder) {
  llvm::LLVMContext Context;
  auto M = std::make_unique<llvm::Module>("built", Context);
  llvm::IRBuilder<> Build(Context);
  auto *Type = llvm::FunctionType::get(
      Build.getInt32Ty(), {Build.getInt32Ty(), Build.getPtrTy()}, false);
  auto *Four = llvm::Function::Create(Type, llvm::GlobalValue::ExternalLinkage,
                                      "four", *M);
  Build.SetInsertPoint(llvm::BasicBlock::Create(Context, "", Four));
  auto Atoi =
      M->getOrInsertFunction("atoi", Build.getInt32Ty(), Build.getPtrTy());
  Build.CreateRet(Build.CreateAdd(Four->getArg(0),
                                  Build.CreateCall(Atoi, {Four->getArg(1)})));
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(std::move(M)));
  auto Function = unwrap(Jit.lookup<int(int, const char *)>("four"));
  EXPECT_EQ(unwrap(Function(30, "12")), 42);
}

TEST(Modules, MemoryIsReadAndWritten) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@table = global [4 x i8] c\"abcd\"\n"));
  std::array<uint8_t, 4> Bytes;
  unwrap(Jit.read(Jit.address("table"), Bytes));
  EXPECT_EQ(std::string(Bytes.begin(), Bytes.end()), "abcd");
  Bytes = {'x', 'y', 'z', 'w'};
  unwrap(Jit.write(Jit.address("table"), Bytes));
  std::array<uint8_t, 4> Again;
  unwrap(Jit.read(Jit.address("table"), Again));
  EXPECT_EQ(Again, Bytes);
  EXPECT_FALSE(Jit.read(ExecutorAddr(16), Bytes));
  EXPECT_FALSE(Jit.write(ExecutorAddr(16), Bytes));
  EXPECT_FALSE(Jit.read(Jit.address("nowhere"), Bytes));
}

TEST(Modules, RemovalTakesNamesAndMemory) {
  RemoteJIT Jit = makeJIT();
  ModuleHandle First = unwrap(Jit.add(Counter));
  ModuleHandle Second = unwrap(Jit.add(Caller));
  unwrap(Jit.address("twice"));
  auto Refused = Jit.remove(First);
  ASSERT_FALSE(Refused);
  EXPECT_NE(Refused.error().Message.find("refers to it"), std::string::npos);
  unwrap(Jit.remove(Second));
  uint64_t Before = Jit.statistics().RoomLeft;
  unwrap(Jit.remove(First));
  EXPECT_GT(Jit.statistics().RoomLeft, Before);
  EXPECT_FALSE(Jit.address("next"));
  // Of a lazy one, it is missing when something refers to it.
  auto Again = Jit.add(Caller);
  auto Missing = Again ? Jit.address("twice") : Again.error();
  ASSERT_FALSE(Missing);
  EXPECT_NE(Missing.error().Message.find("next"), std::string::npos)
      << Missing.error().Message;
}

TEST(Modules, AStrongNameIsDefinedOnce) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(Counter));
  auto Again =
      Jit.add("define i32 @next() {\n  ret i32 7\n}\n", {.Name = "other.ll"});
  ASSERT_FALSE(Again);
  EXPECT_NE(Again.error().Message.find("'other.ll' defines 'next'"),
            std::string::npos)
      << Again.error().Message;
}

TEST(Modules, OfWeakDefinitionsTheFirstCounts) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("define weak i32 @which() {\n  ret i32 1\n}\n"));
  unwrap(Jit.add("define weak i32 @which() {\n  ret i32 2\n}\n"
                 "define i32 @ask() {\n  %r = call i32 @which()\n"
                 "  ret i32 %r\n}\n"));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("ask"))()), 1);
}

TEST(Modules, DestructorsRunOnRemoval) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@log = global [4 x i8] zeroinitializer\n"));
  ModuleHandle Module = unwrap(Jit.add(R"(
@log = external global [4 x i8]
@llvm.global_dtors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @end, ptr null }]
declare i32 @atexit(ptr)
define internal void @end() {
  store i8 100, ptr @log
  ret void
}
define internal void @later() {
  store i8 97, ptr getelementptr (i8, ptr @log, i64 1)
  ret void
}
define void @register() {
  %r = call i32 @atexit(ptr @later)
  ret void
}
)"));
  unwrap(unwrap(Jit.lookup<void()>("register"))());
  unwrap(Jit.remove(Module));
  std::array<uint8_t, 4> Log;
  unwrap(Jit.read(Jit.address("log"), Log));
  EXPECT_EQ(Log, (std::array<uint8_t, 4>{'d', 'a', 0, 0}));
}

TEST(Modules, ReplacedOnesHaveTheirFunctionsAtOnce) {
  RemoteJIT Jit = makeJIT();
  ModuleHandle Module = unwrap(Jit.add("define i32 @f() {\n  ret i32 1\n}\n"));
  auto Function = unwrap(Jit.lookup<int()>("f"));
  EXPECT_EQ(unwrap(Function()), 1);
  unwrap(Jit.replace(Module, "define i32 @f() {\n  ret i32 2\n}\n"));
  EXPECT_EQ(unwrap(Function()), 2);
  unwrap(Jit.remove(Module));
  auto Gone = Function();
  ASSERT_FALSE(Gone);
  EXPECT_EQ(Gone.error().Ending, CallEnd::None) << Gone.error().Message;
}

TEST(Modules, OthersCallWhatReplacesAFunction) {
  RemoteJIT Jit = makeJIT();
  constexpr char First[] = "@f.pointer = global ptr @f\n"
                           "define i32 @f(i32 %x) {\n  ret i32 %x\n}\n"
                           "define i32 @direct(i32 %x) {\n"
                           "  %r = call i32 @f(i32 %x)\n  ret i32 %r\n}\n";
  constexpr char Second[] =
      "define i32 @f(i32 %x) {\n  %r = mul i32 %x, %x\n  ret i32 %r\n}\n"
      "define i32 @direct(i32 %x) {\n  %r = call i32 @f(i32 %x)\n"
      "  %s = add i32 %r, 1\n  ret i32 %s\n}\n";
  AddOptions Options;
  Options.Replaceable = true;
  ModuleHandle Module = unwrap(Jit.add(First, Options));
  unwrap(Jit.add("declare i32 @f(i32)\ndefine i32 @caller(i32 %x) {\n"
                 "  %r = call i32 @f(i32 %x)\n  ret i32 %r\n}\n"
                 "define ptr @address() {\n  ret ptr @f\n}\n"));
  auto F = unwrap(Jit.lookup<int(int)>("f"));
  auto Direct = unwrap(Jit.lookup<int(int)>("direct"));
  auto Caller = unwrap(Jit.lookup<int(int)>("caller"));
  auto Address = unwrap(Jit.lookup<ExecutorAddr()>("address"));
  EXPECT_EQ(unwrap(F(5)), 5);
  EXPECT_EQ(unwrap(Direct(5)), 5);
  EXPECT_EQ(unwrap(Caller(5)), 5);
  ExecutorAddr Before = unwrap(Address());
  unwrap(Jit.replace(Module, Second));
  EXPECT_EQ(unwrap(F(5)), 25);
  EXPECT_EQ(unwrap(Direct(5)), 26);
  EXPECT_EQ(unwrap(Caller(5)), 25);
  // It is the same function to who compares.
  EXPECT_EQ(unwrap(Address()), Before);
  EXPECT_EQ(unwrap(Jit.address("f")), Before);
  auto Refused = Jit.replace(Module, "define i64 @f(i64 %x) {\n"
                                     "  ret i64 %x\n}\n"
                                     "define i32 @direct(i32 %x) {\n"
                                     "  ret i32 %x\n}\n");
  ASSERT_FALSE(Refused);
  EXPECT_NE(Refused.error().Message.find("as i64 (i64)"), std::string::npos)
      << Refused.error().Message;
  EXPECT_EQ(unwrap(Caller(6)), 36);
  // In a new process all is as it was last.
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Caller(6)), 36);
  EXPECT_EQ(unwrap(F(6)), 36);
}

TEST(Modules, AFailedReplacementLeavesWhatWasThere) {
  RemoteJIT Jit = makeJIT();
  ModuleHandle Module = unwrap(Jit.add("define i32 @f() {\n  ret i32 1\n}\n"));
  auto Function = unwrap(Jit.lookup<int()>("f"));
  EXPECT_FALSE(Jit.replace(Module, "declare i32 @nowhere()\n"
                                   "define i32 @f() {\n"
                                   "  %r = call i32 @nowhere()\n"
                                   "  ret i32 %r\n}\n"));
  EXPECT_EQ(unwrap(Function()), 1);
}

TEST(Modules, ReplaceableOnesAreCalledAfterARestart) {
  RemoteJIT Jit = makeJIT();
  ModuleHandle Module = unwrap(
      Jit.add("define i32 @f() {\n  ret i32 1\n}\n", {.Replaceable = true}));
  unwrap(Jit.add("declare i32 @f()\ndefine i32 @g() {\n"
                 "  %r = call i32 @f()\n  ret i32 %r\n}\n"));
  auto Caller = unwrap(Jit.lookup<int()>("g"));
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Caller()), 1);
  unwrap(Jit.replace(Module, "define i32 @f() {\n  ret i32 2\n}\n"));
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Caller()), 2);
}

/// A module whose constructor calls @f by its address, and so by its entry.
std::string startingModule(int Result) {
  return "@pointer = global ptr @f\n"
         "@seen = external global i32\n"
         "@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]\n"
         "    [{ i32, ptr, ptr } { i32 0, ptr @start, ptr null }]\n"
         "define internal void @start() {\n"
         "  %f = load ptr, ptr @pointer\n"
         "  %r = call i32 %f()\n"
         "  store i32 %r, ptr @seen\n  ret void\n}\n"
         "define i32 @f() {\n  ret i32 " +
         std::to_string(Result) + "\n}\n";
}

int seen(RemoteJIT &Jit) {
  int32_t Its = 0;
  std::array<uint8_t, 4> Bytes;
  unwrap(Jit.read(Jit.address("seen"), Bytes));
  std::memcpy(&Its, Bytes.data(), sizeof(Its));
  return Its;
}

TEST(Modules, ConstructorsReachReplaceableFunctions) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@seen = global i32 0\n"));
  ModuleHandle Module =
      unwrap(Jit.add(startingModule(1), {.Replaceable = true}));
  EXPECT_EQ(seen(Jit), 1);
  unwrap(Jit.replace(Module, startingModule(2)));
  EXPECT_EQ(seen(Jit), 2);
  unwrap(Jit.restart());
  EXPECT_EQ(seen(Jit), 2);
}

TEST(Modules, ConstructorsOfOthersReachThemAfterARestart) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@seen = global i32 0\n"));
  ModuleHandle Module = unwrap(
      Jit.add("define i32 @f() {\n  ret i32 1\n}\n", {.Replaceable = true}));
  // It was there before what replaces @f.
  unwrap(Jit.add(R"(
@seen = external global i32
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
declare i32 @f()
define internal void @start() {
  %r = call i32 @f()
  store i32 %r, ptr @seen
  ret void
}
define i32 @number() {
  ret i32 7
}
)"));
  EXPECT_EQ(seen(Jit), 1);
  unwrap(Jit.replace(Module, "define i32 @f() {\n  ret i32 2\n}\n"));
  unwrap(Jit.restart());
  EXPECT_EQ(seen(Jit), 2);
}

TEST(Modules, WhatReplacesMayReferToWhatCameLater) {
  RemoteJIT Jit = makeJIT();
  ModuleHandle Module = unwrap(
      Jit.add("define i32 @f() {\n  ret i32 1\n}\n", {.Replaceable = true}));
  unwrap(Jit.add("define i32 @number() {\n  ret i32 7\n}\n"));
  unwrap(Jit.replace(Module, "declare i32 @number()\ndefine i32 @f() {\n"
                             "  %r = call i32 @number()\n  ret i32 %r\n}\n"));
  auto Function = unwrap(Jit.lookup<int()>("f"));
  EXPECT_EQ(unwrap(Function()), 7);
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Function()), 7);
}

/// Its entries have led to what is not there.
TEST(Modules, ACrashOfWhatWouldReplaceLeavesWhatWasThere) {
  RemoteJIT Jit = unwrap(RemoteJIT::create(
      unwrap(Executor::launch(applicationCommand({"--recover"})))));
  ModuleHandle Module = unwrap(
      Jit.add("define i32 @f() {\n  ret i32 1\n}\n", {.Replaceable = true}));
  unwrap(Jit.add("declare i32 @f()\ndefine i32 @g() {\n"
                 "  %r = call i32 @f()\n  ret i32 %r\n}\n"));
  auto Crashed = Jit.replace(Module, R"(
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }]
    [{ i32, ptr, ptr } { i32 65535, ptr @start, ptr null }]
define internal void @start() {
  %r = load volatile i32, ptr null
  ret void
}
define i32 @f() {
  ret i32 2
}
)");
  ASSERT_FALSE(Crashed);
  EXPECT_EQ(Crashed.error().Ending, CallEnd::Crash) << Crashed.error().Message;
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("g"))()), 1);
}

TEST(Modules, TheirMemoryHasALimit) {
  JITSettings Settings;
  Settings.MemoryLimit = 2 << 20;
  RemoteJIT Jit = makeJIT(Settings);
  EXPECT_EQ(Jit.statistics().RoomLeft, *Settings.MemoryLimit);
  const std::string Large = "@large = global [1048576 x i8] zeroinitializer\n";
  ModuleHandle Module = unwrap(Jit.add(Large));
  unwrap(Jit.address("large"));
  // A lazy one is there when something refers to it.
  auto AddOther = [&]() -> Expected<ExecutorAddr> {
    auto Added = Jit.add("@other = global [1048576 x i8] zeroinitializer\n");
    return Added ? Jit.address("other") : Added.error();
  };
  auto Refused = AddOther();
  ASSERT_FALSE(Refused);
  EXPECT_NE(Refused.error().Message.find("no room for a module"),
            std::string::npos)
      << Refused.error().Message;
  unwrap(Jit.remove(Module));
  EXPECT_TRUE(Jit.address("other") || AddOther());
}

} // namespace

//===- LatePlanTest.cpp - What is compiled when it is called --------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LatePlan.h"
#include "driver/compile/LateQueue.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/codegen/LateBodies.h"
#include "jit/codegen/TierRule.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace remoterun;
using namespace remoterun::jit;
using namespace llvm;

namespace {

/// So many instructions that are of no use.
std::string filling(unsigned Count) {
  std::string Text;
  for (unsigned Number = 0; Number != Count; ++Number)
    Text += "  %fill" + std::to_string(Number) + " = add i32 1, 2\n";
  return Text;
}

/// A program of one unit, divided.
class LatePlanTest : public ::testing::Test {
protected:
  void divide(const std::string &Text) {
    Context = std::make_unique<LLVMContext>();
    SMDiagnostic Wrong;
    Rest = parseAssemblyString(Text, Wrong, *Context);
    ASSERT_TRUE(Rest) << Wrong.getMessage().str();
    Plan.Units.resize(1);
    auto Divided = divideLate(*Rest, 0, "main", /*Unread=*/nullptr, Plan);
    ASSERT_TRUE(bool(Divided));
    Unit = std::move(*Divided);
  }

  /// What divide() has made.
  LateBodies takeApart() {
    std::vector<std::unique_ptr<Module>> Rests;
    Rests.push_back(std::move(Rest));
    std::vector<LateBodies::Unit> Units(1);
    Units.front().Functions = std::move(Unit);
    return LateBodies(std::move(Context), std::move(Rests), std::move(Units),
                      Plan);
  }

  const PlannedFunction *find(StringRef Name) const {
    auto Its = std::find_if(
        Plan.Functions.begin(), Plan.Functions.end(),
        [&](const PlannedFunction &Each) { return Each.Name == Name; });
    return Its == Plan.Functions.end() ? nullptr : &*Its;
  }
  bool isOutside(StringRef Name) const {
    return std::any_of(
        Plan.Outside.begin(), Plan.Outside.end(),
        [&](const OutsideSymbol &Each) { return Each.Name == Name; });
  }

  std::unique_ptr<LLVMContext> Context;
  std::unique_ptr<Module> Rest, Unit;
  LatePlan Plan;
};

TEST_F(LatePlanTest, DataStaysAndFunctionsAreLate) {
  divide("@v = internal global i32 7\n"
         "@table = global [1 x ptr] [ptr @helper]\n"
         "declare void @far()\n"
         "define internal void @helper() {\n"
         "  call void @far()\n" +
         filling(30) +
         "  ret void\n"
         "}\n"
         "define i32 @main() {\n"
         "  call void @helper()\n"
         "  %x = load i32, ptr @v\n"
         "  ret i32 %x\n"
         "}");
  ASSERT_EQ(Plan.Functions.size(), 2u);
  EXPECT_TRUE(find("main"));
  // What was local has a name that other objects can refer to.
  const PlannedFunction &Helper = Plan.Functions.front();
  EXPECT_TRUE(StringRef(Helper.Name).starts_with("helper"));
  EXPECT_NE(Helper.Name, "helper");
  EXPECT_EQ(Helper.Visibility, GlobalValue::HiddenVisibility);
  EXPECT_FALSE(Rest->getGlobalVariable("v", /*AllowInternal=*/true));
  EXPECT_EQ(Plan.Inside.size(), 1u);
  EXPECT_TRUE(isOutside("far"));
  for (const Function &F : *Rest)
    EXPECT_TRUE(F.isDeclaration()) << F.getName().str();
  EXPECT_EQ(find("main")->Callees.size(), 1u);
  EXPECT_EQ(find("main")->Callees[0].Chance, 1);
}

TEST_F(LatePlanTest, WhatOneObjectHasToHaveIsNotLate) {
  divide("@t = thread_local global i32 0\n"
         "@labels = constant [1 x ptr] [ptr blockaddress(@jumps, %there)]\n"
         "@other = alias void (), ptr @aliased\n"
         "define i32 @thread() { %x = load i32, ptr @t ret i32 %x }\n"
         "define void @jumps(ptr %p) {\n"
         "  indirectbr ptr %p, [label %there]\n"
         "there:\n"
         "  ret void\n"
         "}\n"
         "define void @aliased() { ret void }\n"
         "define void @assembly() { call void asm \"int3\", \"\"() ret void }\n"
         "define i128 @wide(i128 %x, i128 %y) {\n"
         "  %z = udiv i128 %x, %y\n"
         "  ret i128 %z\n"
         "}\n"
         "define void @placed() section \"special\" { ret void }\n"
         "define void @scalable(<vscale x 4 x i32> %x) { ret void }\n"
         "define <vscale x 2 x i64> @made() {\n"
         "  ret <vscale x 2 x i64> zeroinitializer\n"
         "}\n"
         "define void @streaming() \"aarch64_pstate_sm_enabled\" { ret void }\n"
         "define void @plain() { ret void }\n");
  ASSERT_EQ(Plan.Functions.size(), 1u);
  EXPECT_TRUE(find("plain"));
}

/// An interpreter that reads \p Table, and then does
/// \p Also.
static std::string interpreter(StringRef Name, StringRef Table,
                               StringRef Also = "") {
  return ("define void @" + Name +
          "(i64 %at) {\n"
          "  br label %next\n"
          "next:\n"
          "  %i = phi i64 [ %at, %0 ], [ 0, %step ]\n"
          "  %place = getelementptr inbounds [2 x ptr], ptr @" +
          Table +
          ", i64 0, i64 %i\n"
          "  %target = load ptr, ptr %place\n" +
          Also +
          "  indirectbr ptr %target, [label %stop, label %step]\n"
          "step:\n"
          "  br label %next\n"
          "stop:\n"
          "  ret void\n"
          "}\n")
      .str();
}
static std::string table(StringRef Name, StringRef Kind, StringRef Of) {
  return ("@" + Name + " = " + Kind + " [2 x ptr] [ptr blockaddress(@" + Of +
          ", %stop), ptr blockaddress(@" + Of + ", %step)]\n")
      .str();
}

TEST_F(LatePlanTest, InterpretersAreLateWithTheirTables) {
  divide(table("instructions", "internal constant", "runs") +
         interpreter("runs", "instructions"));
  ASSERT_EQ(Plan.Functions.size(), 1u);
  EXPECT_EQ(Plan.Interpreters, std::vector<uint32_t>{0});
  EXPECT_FALSE(Rest->getNamedGlobal("instructions"));
  EXPECT_TRUE(Plan.Inside.empty());
  LateBodies Bodies = takeApart();
  for (int Time = 0; Time != 2; ++Time) {
    auto Bitcode = Bodies.bitcodeOf(0, Plan.Functions[0]);
    ASSERT_TRUE(Bitcode);
    LLVMContext Other;
    auto M = readBitcode(*Bitcode, Other);
    ASSERT_TRUE(bool(M));
    EXPECT_FALSE(verifyModule(**M, &errs()));
    const Function *Body = (*M)->getFunction("runs" + LateBody.str());
    const GlobalVariable *Table = (*M)->getNamedGlobal("instructions");
    ASSERT_TRUE(Body && Table && Table->hasInitializer());
    for (const Use &Each : Table->getInitializer()->operands())
      EXPECT_EQ(cast<BlockAddress>(Each)->getFunction(), Body);
    // It is in its loop for ever.
    EXPECT_EQ(
        firstCodeOf(*(*M)->getFunction(Body->getName()), Plan.Functions[0]),
        FirstCode::FastOfInterpreters);
  }
}

/// What comes from one body may get into another one.
TEST_F(LatePlanTest, WhoLetsPlacesInItOutIsNotLate) {
  divide("@kept = global ptr null\n" + table("known", "constant", "seen") +
         interpreter("seen", "known") +
         table("changed", "internal global", "changes") +
         interpreter("changes", "changed") +
         table("stored", "internal constant", "stores") +
         interpreter("stores", "stored", "  store ptr %target, ptr @kept\n") +
         table("shared", "internal constant", "shares") +
         interpreter("shares", "shared") +
         "define i64 @asks() {\n"
         "  %first = load i64, ptr @shared\n"
         "  ret i64 %first\n"
         "}\n"
         "@pointed = global ptr @pointedTo\n" +
         table("pointedTo", "internal constant", "points") +
         interpreter("points", "pointedTo"));
  EXPECT_TRUE(Plan.Interpreters.empty());
  ASSERT_EQ(Plan.Functions.size(), 1u);
  EXPECT_TRUE(find("asks"));
}

/// Compilers put constructors of C++ into a section of their own.
TEST_F(LatePlanTest, ConstructorsAreLateInTheirOrder) {
  divide("@llvm.global_ctors = appending global [5 x { i32, ptr, ptr }]\n"
         "  [{ i32, ptr, ptr } { i32 65535, ptr @third, ptr null },\n"
         "   { i32, ptr, ptr } { i32 65535, ptr @small, ptr null },\n"
         "   { i32, ptr, ptr } { i32 65535, ptr @fourth, ptr null },\n"
         "   { i32, ptr, ptr } { i32 200, ptr @second, ptr null },\n"
         "   { i32, ptr, ptr } { i32 101, ptr @elsewhere, ptr null }]\n"
         "define internal void @third() section \".text.startup\" {\n" +
         filling(30) +
         "  ret void\n"
         "}\n"
         "define internal void @fourth() section \"special\" {\n" +
         filling(30) +
         "  ret void\n"
         "}\n"
         "define internal void @second() {\n" +
         filling(30) +
         "  ret void\n"
         "}\n"
         "define internal void @small() { ret void }\n"
         "declare void @elsewhere()\n"
         "define i32 @main() section \".text.hot\" { ret i32 0 }\n");
  ASSERT_EQ(Plan.Constructors.size(), 2u);
  auto NameOf = [&](uint32_t Number) {
    return StringRef(Plan.Functions[Number].Name);
  };
  EXPECT_TRUE(NameOf(Plan.Constructors[0]).starts_with("second"));
  EXPECT_TRUE(NameOf(Plan.Constructors[1]).starts_with("third"));
  EXPECT_TRUE(find("main"));
  for (const Function &F : *Unit)
    EXPECT_FALSE(F.hasSection()) << F.getName().str();
}

TEST_F(LatePlanTest, PlainAssemblyIsLateWhereItsTargetIsKnown) {
  divide(
      "target triple = \"x86_64-unknown-linux-gnu\"\n"
      "define void @breaks() { call void asm \"int $$3\", \"\"() ret void }\n"
      "define void @other() { call void asm \"int $$4\", \"\"() ret void }\n"
      "define i32 @gives() {\n"
      "  %x = call i32 asm \"int $$3\", \"={ax}\"()\n"
      "  ret i32 %x\n"
      "}\n");
  ASSERT_EQ(Plan.Functions.size(), 1u);
  EXPECT_TRUE(find("breaks"));
}

TEST_F(LatePlanTest, CyclesAndSingleCallsAreKnown) {
  divide("define void @main() {\n"
         "  call void @setup()\n"
         "  call void @even()\n"
         "  br label %loop\n"
         "loop:\n"
         "  call void @body()\n"
         "  br label %loop\n"
         "}\n"
         "define void @setup() { ret void }\n"
         "define void @body() {\n" +
         filling(30) +
         "  ret void\n"
         "}\n"
         "define void @even() { call void @odd() ret void }\n"
         "define void @odd() { call void @even() ret void }\n");
  EXPECT_TRUE(find("main")->IsCalledOnce);
  EXPECT_TRUE(find("setup")->IsCalledOnce);
  EXPECT_FALSE(find("body")->IsCalledOnce);
  EXPECT_FALSE(find("even")->IsCalledWidely);
  EXPECT_TRUE(find("even")->IsInCycle);
  EXPECT_TRUE(find("odd")->IsInCycle);
  EXPECT_FALSE(find("setup")->IsInCycle);
}

TEST_F(LatePlanTest, WhatManyCallIsKnown) {
  auto Calls = [](StringRef From, StringRef To) {
    return ("define void @" + From + "() {\n  call void @" + To +
            "()\n  ret void\n}\n")
        .str();
  };
  divide("define void @widely() { ret void }\n"
         "define void @twice() { ret void }\n"
         "@table = global [3 x ptr] [ptr @taken, ptr @taken, ptr @taken]\n"
         "define void @taken() {\n" +
         filling(30) +
         "  ret void\n"
         "}\n" +
         Calls("a", "widely") + Calls("b", "widely") + Calls("c", "widely") +
         Calls("d", "twice") + Calls("e", "twice"));
  EXPECT_TRUE(find("widely")->IsCalledWidely);
  EXPECT_FALSE(find("twice")->IsCalledWidely);
  EXPECT_FALSE(find("taken")->IsCalledWidely);
}

TEST_F(LatePlanTest, SmallFunctionsBehindPointersAndInLoopsAreNot) {
  divide("@table = constant [2 x ptr] [ptr @pointed, ptr @large]\n"
         "define void @main(i1 %c) {\n"
         "  call void @plain()\n"
         "  call void @plain()\n"
         "  br label %loop\n"
         "loop:\n"
         "  call void @looped()\n"
         "  call void @again(i1 %c)\n"
         "  br i1 %c, label %loop, label %end\n"
         "end:\n"
         "  ret void\n"
         "}\n"
         "define void @again(i1 %c) {\n" +
         filling(30) +
         "  br label %loop\n"
         "loop:\n"
         "  call void @deeper()\n"
         "  br i1 %c, label %loop, label %end\n"
         "end:\n"
         "  ret void\n"
         "}\n"
         "define void @plain() { ret void }\n"
         "define void @looped() { ret void }\n"
         "define void @deeper() { ret void }\n"
         "define void @pointed() { ret void }\n"
         "define void @large() {\n" +
         filling(30) +
         "  ret void\n"
         "}\n");
  EXPECT_FALSE(find("looped"));
  EXPECT_FALSE(find("pointed"));
  EXPECT_TRUE(find("plain"));
  EXPECT_TRUE(find("large"));
  // By the time that it is called again, calls are direct.
  EXPECT_TRUE(find("deeper"));
}

TEST_F(LatePlanTest, FewAreCompiledAtOnceTheSmallestFirst) {
  std::string Text, Table = "@table = constant [100 x ptr] [ptr @f0";
  for (unsigned Number = 0; Number != 100; ++Number) {
    const std::string Name = "@f" + std::to_string(Number);
    Text += "define void " + Name + "() {\n" + filling((99 - Number) / 10) +
            "  ret void\n}\n";
    if (Number != 0)
      Table += ", ptr " + Name;
  }
  divide(Text + Table + "]\n");
  EXPECT_EQ(Plan.Functions.size(), 68u);
  EXPECT_TRUE(find("f0"));
  EXPECT_FALSE(find("f99"));
}

TEST_F(LatePlanTest, NumbersAreOfCalleesFirst) {
  divide("define void @main() { call void @second() ret void }\n"
         "define void @second() { call void @first() ret void }\n"
         "define void @first() { ret void }\n");
  ASSERT_EQ(Plan.Functions.size(), 3u);
  EXPECT_EQ(Plan.Functions[0].Name, "first");
  EXPECT_EQ(Plan.Functions[1].Name, "second");
  EXPECT_EQ(Plan.Functions[2].Name, "main");
}

TEST_F(LatePlanTest, BodiesRefersToTheEntryByTheName) {
  divide("declare void @take(ptr)\n"
         "define void @f(i1 %again) {\n" +
         filling(30) +
         "  call void @take(ptr @f)\n"
         "  br i1 %again, label %more, label %end\n"
         "more:\n"
         "  call void @f(i1 false)\n"
         "  ret void\n"
         "end:\n"
         "  ret void\n"
         "}\n");
  ASSERT_EQ(Plan.Functions.size(), 1u);
  LateBodies Bodies = takeApart();
  // The same each time: there is a second body to be compiled.
  for (int Time = 0; Time != 2; ++Time) {
    auto Bitcode = Bodies.bitcodeOf(0, Plan.Functions[0]);
    ASSERT_TRUE(Bitcode);
    LLVMContext Other;
    auto M = readBitcode(*Bitcode, Other);
    ASSERT_TRUE(bool(M));
    EXPECT_FALSE(verifyModule(**M, &errs()));
    Function *Body = (*M)->getFunction("f" + LateBody.str());
    Function *Entry = (*M)->getFunction("f");
    ASSERT_TRUE(Body && Entry);
    EXPECT_TRUE(Entry->isDeclaration());
    // The address is the entry's; the call goes on in this code.
    EXPECT_TRUE(Entry->hasOneUse());
    EXPECT_TRUE(Body->hasOneUse());
  }
}

TEST_F(LatePlanTest, BodiesAreThereWithoutTheirUnit) {
  divide("define void @first() { ret void }\n"
         "define void @second() { call void @first() ret void }\n");
  ASSERT_EQ(Plan.Functions.size(), 2u);
  WeakVH OfUnit = Unit->getFunction("second"),
         OfRest = Rest->getFunction("second");
  ASSERT_TRUE(OfUnit && OfRest);
  LateBodies Bodies = takeApart();
  auto Before = Bodies.bitcodeOf(1, Plan.Functions[1]);
  ASSERT_TRUE(Before);
  // One by one they go to disk, and then the unit goes.
  EXPECT_TRUE(Bodies.shrink(Plan));
  EXPECT_TRUE(Bodies.shrink(Plan));
  EXPECT_TRUE(OfUnit && OfRest);
  EXPECT_FALSE(Bodies.shrink(Plan));
  EXPECT_FALSE(OfUnit || OfRest);
  EXPECT_FALSE(Bodies.shrink(Plan));
  auto After = Bodies.bitcodeOf(1, Plan.Functions[1]);
  ASSERT_TRUE(After);
  EXPECT_EQ(*After, *Before);
  Bodies.readAll();
  After = Bodies.bitcodeOf(1, Plan.Functions[1]);
  ASSERT_TRUE(After);
  EXPECT_EQ(*After, *Before);
  LLVMContext Other;
  auto M = readBitcode(*Bodies.bitcodeOf(0, Plan.Functions[0]), Other);
  ASSERT_TRUE(bool(M));
  EXPECT_TRUE((*M)->getFunction("first" + LateBody.str()));
}

/// Code generation describes what is of the module's compile units alone.
TEST_F(LatePlanTest, BodiesHaveTheirCompileUnits) {
  divide("define void @f() !dbg !4 {\n"
         "  call void @llvm.donothing(), !dbg !7\n" +
         filling(30) +
         "  ret void, !dbg !8\n"
         "}\n"
         "define i32 @main() {\n"
         "  call void @f()\n"
         "  ret i32 0\n"
         "}\n"
         "declare void @llvm.donothing()\n"
         "!llvm.dbg.cu = !{!0, !1}\n"
         "!llvm.module.flags = !{!3}\n"
         "!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, "
         "emissionKind: LineTablesOnly)\n"
         "!1 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, "
         "emissionKind: LineTablesOnly)\n"
         "!2 = !DIFile(filename: \"f.c\", directory: \"\")\n"
         "!3 = !{i32 2, !\"Debug Info Version\", i32 3}\n"
         "!4 = distinct !DISubprogram(name: \"f\", unit: !0, file: !2, "
         "spFlags: DISPFlagDefinition)\n"
         "!5 = distinct !DISubprogram(name: \"inlined\", unit: !1, file: !2, "
         "spFlags: DISPFlagDefinition)\n"
         "!7 = !DILocation(line: 2, scope: !5, inlinedAt: !8)\n"
         "!8 = distinct !DILocation(line: 1, scope: !4)\n");
  ASSERT_EQ(Plan.Functions[0].Name, "f");
  LateBodies Bodies = takeApart();
  auto Bitcode = Bodies.bitcodeOf(0, Plan.Functions[0]);
  ASSERT_TRUE(Bitcode);
  LLVMContext Other;
  auto M = readBitcode(*Bitcode, Other);
  ASSERT_TRUE(bool(M));
  EXPECT_FALSE(verifyModule(**M, &errs()));
  EXPECT_EQ((*M)->getNamedMetadata("llvm.dbg.cu")->getNumOperands(), 2u);
}

/// The function "f" of some IR, where loops cannot have better code while they
/// run.
bool isFinal(const std::string &Text,
             const PlannedFunction &Planned = {.Name = "f"}) {
  LLVMContext Context;
  SMDiagnostic Wrong;
  auto M = parseAssemblyString(Text, Wrong, Context);
  EXPECT_TRUE(M) << Wrong.getMessage().str();
  FirstCode Its = FirstCode::Fast;
  if (M)
    Its = firstCodeOf(*M->getFunction("f"), Planned);
  return Its == FirstCode::Final || Its == FirstCode::FastOfLoops;
}

TEST(TierRuleTest, LoopsThatCallNothingAreNotForFastCode) {
  constexpr char Start[] = "declare i1 @more()\n"
                           "define void @f(i1 %c) {\n"
                           "  br label %loop\n"
                           "loop:\n";
  constexpr char End[] = "  br i1 %c, label %loop, label %end\n"
                         "end:\n"
                         "  ret void\n"
                         "}\n";
  std::string Calculates = std::string(Start) + End;
  std::string Calls = std::string(Start) + "  %x = call i1 @more()\n" + End;
  EXPECT_TRUE(isFinal(Calculates));
  EXPECT_FALSE(isFinal(Calls));
  EXPECT_FALSE(isFinal("define void @f() { ret void }"));
  // In a function that is large and called again, it can wait.
  const std::string Many = Start + filling(250);
  EXPECT_FALSE(isFinal(Many + End));
  EXPECT_TRUE(isFinal(Many + End, {.Name = "f", .IsCalledOnce = true}));
  // Where many call it, no one call is the whole program.
  const std::string Some = Start + filling(100);
  const PlannedFunction OfMany = {.Name = "f", .IsCalledWidely = true};
  EXPECT_TRUE(isFinal(Some + End));
  EXPECT_FALSE(isFinal(Some + End, OfMany));
  EXPECT_TRUE(isFinal(Calculates, OfMany));
}

TEST(TierRuleTest, LoopsThatAreEnteredOnceAreNotForFastCode) {
  constexpr char Start[] = "declare i1 @more()\n"
                           "define void @f(i1 %c) {\n";
  constexpr char Loop[] = "  br label %loop\n"
                          "loop:\n"
                          "  %x = call i1 @more()\n"
                          "  br i1 %x, label %loop, label %end\n"
                          "end:\n"
                          "  ret void\n"
                          "}\n";
  constexpr char Nest[] = "  br label %loop\n"
                          "loop:\n"
                          "  br label %inner\n"
                          "inner:\n"
                          "  %x = call i1 @more()\n"
                          "  br i1 %x, label %inner, label %behind\n"
                          "behind:\n"
                          "  br i1 %c, label %loop, label %end\n"
                          "end:\n"
                          "  ret void\n"
                          "}\n";
  const PlannedFunction Once = {.Name = "f", .IsCalledOnce = true};
  EXPECT_TRUE(isFinal(std::string(Start) + Loop, Once));
  EXPECT_FALSE(isFinal(std::string(Start) + Loop));
  EXPECT_FALSE(isFinal(Start + std::string("  ret void\n}\n"), Once));
  // A large one makes the program wait: for loops in loops only.
  EXPECT_FALSE(isFinal(Start + filling(1000) + Loop, Once));
  EXPECT_TRUE(isFinal(Start + filling(1000) + Nest, Once));
  EXPECT_FALSE(isFinal(Start + filling(5000) + Nest, Once));
}

TEST(TierRuleTest, WhatCouldBeToldIsNotForFastCode) {
  EXPECT_TRUE(isFinal("define double @f(double %x, double %y) {\n"
                      "  %p = fmul contract double %x, %y\n"
                      "  %s = fadd contract double %p, %y\n"
                      "  ret double %s\n"
                      "}"));
  EXPECT_FALSE(isFinal("define double @f(double %x, double %y) {\n"
                       "  %p = fmul double %x, %y\n"
                       "  ret double %p\n"
                       "}"));
  EXPECT_TRUE(isFinal("declare ptr @llvm.frameaddress.p0(i32)\n"
                      "define ptr @f() {\n"
                      "  %x = call ptr @llvm.frameaddress.p0(i32 0)\n"
                      "  ret ptr %x\n"
                      "}"));
  EXPECT_TRUE(isFinal("define void @f(ptr %p) {\n"
                      "  tail call void %p()\n"
                      "  ret void\n"
                      "}"));
  EXPECT_TRUE(isFinal("define void @f() { ret void }",
                      {.Name = "f", .IsInCycle = true}));
}

/// Functions that are called in a row, and one that nobody calls.
class LateQueueTest : public ::testing::Test {
protected:
  void SetUp() override {
    Plan.Units = {{.Name = "unit", .MayBeFaster = true}};
    Plan.Functions = {{.Name = "main", .Callees = {{1, 0.5F}, {2, 1}}},
                      {.Name = "rare"},
                      {.Name = "next", .Callees = {{3, 1}}},
                      {.Name = "last"},
                      {.Name = "lonely"}};
    for (PlannedFunction &Each : Plan.Functions)
      Each.Weight = 10;
  }

  using Queue = driver::LateQueue;
  const Queue::Clock::time_point Start = {};

  LatePlan Plan;
};

TEST_F(LateQueueTest, WhatIsWaitedForIsFirstAndCalleesFollow) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  EXPECT_FALSE(Tasks.next(Queue::Share::Quick, Start));
  Tasks.request(0, Start);
  std::vector<uint32_t> Order;
  while (auto Task = Tasks.next(Queue::Share::Quick, Start)) {
    EXPECT_TRUE(Task->IsFast);
    EXPECT_EQ(Task->IsUrgent, Task->Function == 0);
    Order.push_back(Task->Function);
    Tasks.finished(*Task);
  }
  EXPECT_EQ(Order, (std::vector<uint32_t>{0, 2, 3, 1}));
  EXPECT_EQ(Tasks.counts().Compiled, 4u);
  EXPECT_EQ(Tasks.counts().Final, 0u);
  // What was called is improved first, and what nobody calls comes last.
  Order.clear();
  while (auto Task = Tasks.next(Queue::Share::All, Start)) {
    EXPECT_FALSE(Task->IsFast);
    Order.push_back(Task->Function);
    Tasks.finished(*Task);
  }
  EXPECT_EQ(Order, (std::vector<uint32_t>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(Tasks.isDone());
  EXPECT_EQ(Tasks.counts().Requested, 1u);
}

TEST_F(LateQueueTest, WhereWaitsAreLongAllIsThereBeforeAnythingIsBetter) {
  // What takes long is not more important for that.
  Plan.Functions[1].Weight = 1000;
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.expectLongWaits();
  Tasks.request(0, Start);
  std::vector<uint32_t> Order;
  while (auto Task = Tasks.next(Queue::Share::Quick, Start)) {
    EXPECT_TRUE(Task->IsFast);
    Order.push_back(Task->Function);
    // It has no fast code.
    if (Task->Function == 3)
      Tasks.postpone(*Task);
    else
      Tasks.finished(*Task);
  }
  EXPECT_EQ(Order, (std::vector<uint32_t>{0, 2, 3, 1, 4}));
  Order.clear();
  while (auto Task = Tasks.next(Queue::Share::All, Start)) {
    EXPECT_FALSE(Task->IsFast);
    Order.push_back(Task->Function);
    Tasks.finished(*Task);
  }
  EXPECT_EQ(Order, (std::vector<uint32_t>{3, 0, 1, 2, 4}));
  // Of a program that an earlier run has called, only what is called.
  Queue Others(Plan.Functions.size());
  Others.follow(Plan);
  Others.expectLongWaits();
  Others.wantEverything(false);
  EXPECT_FALSE(Others.next(Queue::Share::All, Start));
}

TEST_F(LateQueueTest, WhoImprovesWhatRunsDoesNothingElse) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(0, Start);
  while (auto Task = Tasks.next(Queue::Share::Quick, Start))
    Tasks.finished(*Task);
  // It is there because it was probable, and was called then.
  Tasks.request(3, Start);
  std::vector<uint32_t> Order;
  while (auto Task = Tasks.next(Queue::Share::Running, Start)) {
    EXPECT_FALSE(Task->IsFast);
    EXPECT_TRUE(Tasks.isBeingImproved(Task->Function));
    Order.push_back(Task->Function);
    Tasks.finished(*Task);
    EXPECT_FALSE(Tasks.isBeingImproved(Task->Function));
  }
  EXPECT_EQ(Order, (std::vector<uint32_t>{0, 3}));
  // But for what the program waits for.
  Tasks.request(4, Start);
  auto Urgent = Tasks.next(Queue::Share::Running, Start);
  ASSERT_TRUE(Urgent);
  EXPECT_EQ(Urgent->Function, 4u);
  EXPECT_TRUE(Urgent->IsUrgent && Urgent->IsFast);
}

TEST_F(LateQueueTest, CalleesThatRunHaveFinalCodeFirst) {
  // One calls the other.
  Plan.Functions[3].Callees = {{2, 1}};
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  for (uint32_t Function : {0, 2, 3})
    Tasks.request(Function, Start);
  while (auto Task = Tasks.next(Queue::Share::Quick, Start))
    Tasks.finished(*Task);
  std::vector<uint32_t> Order;
  while (auto Task = Tasks.next(Queue::Share::All, Start)) {
    Order.push_back(Task->Function);
    Tasks.finished(*Task);
  }
  // What was made because it was probable waits for its turn.
  EXPECT_EQ(Order, (std::vector<uint32_t>{3, 2, 0, 1, 4}));
}

TEST_F(LateQueueTest, WhatIsHotIsImprovedBeforeWhatIsProbable) {
  // One that is hot calls another that is, and one that is not.
  Plan.Functions[4].Callees = {{3, 1}, {0, 1}};
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  for (uint32_t Function : {0, 3, 4}) {
    Tasks.request(Function, Start);
    Tasks.finished(*Tasks.next(Queue::Share::Quick, Start));
  }
  for (unsigned Slice = 0; Slice != 4; ++Slice) {
    Tasks.noteCall(4);
    Tasks.noteCall(3);
  }
  auto Next = [&](Queue::Share Its) {
    auto Task = Tasks.next(Its, Start);
    Tasks.finished(*Task);
    return std::pair(Task->Function, Task->IsFast);
  };
  // While the program waits, what it will probably wait for is more important.
  EXPECT_EQ(Next(Queue::Share::All), std::pair(2u, true));
  Tasks.runsMoreThanItWaits(true);
  EXPECT_EQ(Next(Queue::Share::All), std::pair(3u, false));
  EXPECT_EQ(Next(Queue::Share::All), std::pair(4u, false));
  // Who is there for what it waits for does not improve anything.
  EXPECT_EQ(Next(Queue::Share::Quick), std::pair(1u, true));
  EXPECT_EQ(Next(Queue::Share::All), std::pair(0u, false));
}

/// It does not keep who serves the program from that.
TEST_F(LateQueueTest, ALoopThatRunsForLongGoesOnInBetterCode) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Plan.Functions[0].IsCalledOnce = true;
  for (uint32_t Function : {0, 3}) {
    Tasks.request(Function, Start);
    Tasks.finished(*Tasks.next(Queue::Share::Quick, Start));
  }
  Tasks.runsMoreThanItWaits(true);
  auto See = [&](uint32_t Function, uint8_t Loop, unsigned Slices) {
    for (unsigned Slice = 0; Slice != Slices; ++Slice) {
      Tasks.endSlice();
      Tasks.noteLoop(Function, Loop);
    }
  };
  auto Loop = [&]() -> std::optional<std::pair<uint32_t, unsigned>> {
    auto Task = Tasks.next(Queue::Share::Running, Start);
    if (!Task || !Task->Loop)
      return std::nullopt;
    EXPECT_FALSE(Task->IsFast);
    Tasks.finished(*Task);
    return std::pair(Task->Function, unsigned(*Task->Loop));
  };
  See(0, 1, 2);
  Tasks.endSlice();
  // With a slice in between, it was not in its loop all the time.
  Tasks.endSlice();
  See(0, 1, 2);
  EXPECT_EQ(Loop(), std::nullopt);
  Tasks.endSlice();
  Tasks.noteLoop(0, 2);
  EXPECT_EQ(Loop(), std::pair(0u, 2u));
  // Once.
  See(0, 2, 3);
  EXPECT_EQ(Loop(), std::nullopt);
}

TEST_F(LateQueueTest, ACallBetweenIsNoLongLoop) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(3, Start);
  Tasks.finished(*Tasks.next(Queue::Share::Quick, Start));
  Tasks.runsMoreThanItWaits(true);
  auto See = [&](unsigned Slices) {
    for (unsigned Slice = 0; Slice != Slices; ++Slice) {
      Tasks.endSlice();
      Tasks.noteLoop(3, 0);
    }
  };
  See(9);
  Tasks.endSlice();
  Tasks.noteCall(3);
  See(9);
  // Its final code, which the next call finds.
  auto Task = Tasks.next(Queue::Share::Running, Start);
  ASSERT_TRUE(Task);
  EXPECT_EQ(Task->Function, 3u);
  EXPECT_FALSE(Task->Loop);
  Tasks.finished(*Task);
  // Whoever tells of a loop then is in a call of before.
  See(1);
  Task = Tasks.next(Queue::Share::Running, Start);
  ASSERT_TRUE(Task && Task->Loop);
  EXPECT_EQ(*Task->Loop, 0u);
  // Which changes nothing of what is known of the function.
  const size_t Final = Tasks.counts().Final;
  Tasks.finished(*Task);
  EXPECT_EQ(Tasks.counts().Final, Final);
}

TEST_F(LateQueueTest, WhatIsForeseenIsBegunBesideTheRest) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.foresee(4);
  Tasks.request(0, Start);
  EXPECT_EQ(Tasks.next(Queue::Share::Quick, Start)->Function, 0u);
  EXPECT_NE(Tasks.next(Queue::Share::Quick, Start)->Function, 4u);
  auto Slow = Tasks.next(Queue::Share::All, Start);
  ASSERT_EQ(Slow->Function, 4u);
  EXPECT_FALSE(Slow->MayWait);
  // The program waits for it as for anything else.
  Tasks.request(4, Start);
  EXPECT_TRUE(Tasks.isAwaited());
}

TEST_F(LateQueueTest, WhatIsInWorkCanBeHadSooner) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(0, Start);
  auto Main = Tasks.next(Queue::Share::Quick, Start);
  Tasks.finished(*Main);
  auto Slow = Tasks.next(Queue::Share::Quick, Start);
  ASSERT_EQ(Slow->Function, 2u);
  EXPECT_FALSE(Slow->IsUrgent);
  Tasks.request(2, Start);
  EXPECT_TRUE(Tasks.isAwaited());
  auto Other = Tasks.next(Queue::Share::Quick, Start);
  EXPECT_NE(Other->Function, 2u);
  // Whoever is at it is not to be helped.
  auto Later = Tasks.next(Queue::Share::Quick, Start + Queue::Patience,
                          [](uint32_t Function) { return Function == 2; });
  EXPECT_NE(Later->Function, 2u);
  auto Soon = Tasks.next(Queue::Share::Quick, Start + Queue::Patience,
                         [](uint32_t) { return false; });
  ASSERT_EQ(Soon->Function, 2u);
  EXPECT_TRUE(Soon->IsUrgent);
  Tasks.finished(*Soon);
  Tasks.finished(*Slow);
  EXPECT_EQ(Tasks.counts().Compiled, 2u);
  EXPECT_FALSE(Tasks.next(Queue::Share::Quick, Start + 2 * Queue::Patience) &&
               Tasks.isAwaited());
}

TEST_F(LateQueueTest, WhatHasNoFastCodeWaitsForWhatHas) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(0, Start);
  auto Main = Tasks.next(Queue::Share::Quick, Start);
  EXPECT_FALSE(Main->MayWait);
  Tasks.finished(*Main);
  std::vector<uint32_t> Order;
  while (auto Task = Tasks.next(Queue::Share::Quick, Start)) {
    EXPECT_TRUE(Task->MayWait);
    Order.push_back(Task->Function);
    if (Task->Function == 2)
      Tasks.postpone(*Task);
    else
      Tasks.finished(*Task);
  }
  // Its callees are as probable as they were.
  EXPECT_EQ(Order, (std::vector<uint32_t>{2, 3, 1}));
  auto Later = Tasks.next(Queue::Share::All, Start);
  ASSERT_EQ(Later->Function, 2u);
  EXPECT_FALSE(Later->IsFast);
  EXPECT_FALSE(Later->MayWait);
}

/// Two threads compile what a program calls one after the other.
TEST_F(LateQueueTest, WhileItWaitsWhatIsPostponedIsBegun) {
  Plan.Functions[0].Callees[0].Chance = 0.01F;
  Plan.Functions[1].Weight = 1000;
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(0, Start);
  Tasks.finished(*Tasks.next(Queue::Share::Quick, Start));
  while (auto Task = Tasks.next(Queue::Share::Quick, Start))
    Tasks.postpone(*Task);
  EXPECT_EQ(Tasks.counts().Compiled, 1u);
  auto Slow = Tasks.next(Queue::Share::All, Start);
  ASSERT_EQ(Slow->Function, 2u);
  EXPECT_FALSE(Tasks.next(Queue::Share::Quick, Start));
  Tasks.request(2, Start);
  auto Next = Tasks.next(Queue::Share::Quick, Start);
  ASSERT_TRUE(Next);
  EXPECT_EQ(Next->Function, 3u);
  EXPECT_FALSE(Next->IsFast || Next->MayWait || Next->IsUrgent);
  // The other would take too long.
  EXPECT_FALSE(Tasks.next(Queue::Share::Quick, Start));
  EXPECT_EQ(Tasks.next(Queue::Share::All, Start)->Function, 1u);
}

TEST_F(LateQueueTest, WhatCallsEachOtherIsPostponedOnce) {
  Plan.Functions[2].Callees = {{3, 1}};
  Plan.Functions[3].Callees = {{2, 1}};
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(0, Start);
  Tasks.finished(*Tasks.next(Queue::Share::Quick, Start));
  std::vector<uint32_t> Order;
  while (auto Task = Tasks.next(Queue::Share::Quick, Start)) {
    Order.push_back(Task->Function);
    ASSERT_LE(Order.size(), 3u);
    Tasks.postpone(*Task);
  }
  EXPECT_EQ(Order, (std::vector<uint32_t>{2, 3, 1}));
}

TEST_F(LateQueueTest, WhatIsCalledMeanwhileIsNotPostponed) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(0, Start);
  Tasks.finished(*Tasks.next(Queue::Share::Quick, Start));
  auto Slow = Tasks.next(Queue::Share::Quick, Start);
  ASSERT_EQ(Slow->Function, 2u);
  Tasks.request(2, Start);
  Tasks.postpone(*Slow);
  auto Next = Tasks.next(Queue::Share::Quick, Start);
  ASSERT_EQ(Next->Function, 2u);
  EXPECT_TRUE(Next->IsUrgent);
  EXPECT_FALSE(Next->MayWait);
}

TEST_F(LateQueueTest, WhatSomebodyElseHasBegunIsNotBegunOnceMore) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(0, Start);
  Tasks.finished(*Tasks.next(Queue::Share::Quick, Start));
  auto Slow = Tasks.next(Queue::Share::Quick, Start);
  ASSERT_EQ(Slow->Function, 2u);
  Tasks.request(2, Start);
  auto Other = Tasks.next(Queue::Share::Quick, Start + Queue::Patience);
  ASSERT_EQ(Other->Function, 2u);
  Tasks.postpone(*Slow);
  EXPECT_FALSE(Tasks.isMissing(2));
  Tasks.finished(*Other);
  EXPECT_EQ(Tasks.counts().Compiled, 2u);
  Tasks.postpone(*Slow);
  EXPECT_FALSE(Tasks.isMissing(2));
}

TEST_F(LateQueueTest, BetterCodeIsNotReplaced) {
  Queue Tasks(Plan.Functions.size());
  Tasks.follow(Plan);
  Tasks.request(4, Start);
  auto Fast = Tasks.next(Queue::Share::Quick, Start);
  Tasks.request(4, Start);
  Tasks.finished(*Fast);
  auto Final = Tasks.next(Queue::Share::All, Start);
  ASSERT_EQ(Final->Function, 4u);
  EXPECT_FALSE(Final->IsFast);
  Tasks.finished(*Final);
  Tasks.finished(*Fast);
  EXPECT_EQ(Tasks.counts().Final, 1u);
  auto Next = Tasks.next(Queue::Share::All, Start);
  EXPECT_NE(Next->Function, 4u);
}

} // namespace

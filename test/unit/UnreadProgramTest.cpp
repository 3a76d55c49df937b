//===- UnreadProgramTest.cpp - A program whose functions stay unread ------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/UnreadProgram.h"
#include "jit/base/BitcodeBytes.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/codegen/LateBodies.h"
#include "jit/ir/ReferencesInIR.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

using namespace remoterun;
using namespace remoterun::jit;
using namespace llvm;

namespace {

/// What there is to be decided for functions, and what they refer to.
constexpr char Text[] = R"(
target triple = "x86_64-unknown-linux-gnu"
@number = internal global i32 7
@thread = thread_local global i32 0
@table = internal constant [2 x ptr] [ptr @behind, ptr @large]
@where = constant [1 x ptr] [ptr blockaddress(@jumps, %there)]
@other = alias i32 (i32), ptr @aliased
declare void @far(ptr)
declare void @farther()
declare i32 @__gxx_personality_v0(...)
declare double @llvm.cos.f64(double)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
define internal i32 @behind(i32 %x) { %r = mul i32 %x, 3 ret i32 %r }
define internal i32 @aliased(i32 %x) { %r = mul i32 %x, 5 ret i32 %r }
define internal i32 @small(i32 %x) { %r = mul i32 %x, 7 ret i32 %r }
define linkonce_odr hidden i32 @large(i32 %x) section ".text.hot" {
  %p = alloca [8 x i32], !annotation !0
  call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 32, i1 false)
  %q = load i32, ptr @number, !tbaa !1, !range !4
  %s = add i32 %q, %x
  %c = icmp sgt i32 %s, 0
  br i1 %c, label %more, label %end, !prof !5
more:
  %t = call i32 @large(i32 %q)
  call void @far(ptr @number)
  call void @far(ptr getelementptr (i8, ptr @table, i64 8))
  br label %end
end:
  %r = phi i32 [ %s, %0 ], [ %t, %more ]
  ret i32 %r
}
define double @calculates(double %x) {
  %c = call double @llvm.cos.f64(double %x)
  %r = frem double %c, 3.0
  ret double %r
}
define void @catches() personality ptr @__gxx_personality_v0 {
  invoke void @farther() to label %end unwind label %pad
pad:
  %l = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %l
end:
  ret void
}
define i32 @local() { %x = load i32, ptr @thread ret i32 %x }
define void @jumps(ptr %p) {
  indirectbr ptr %p, [label %there]
there:
  ret void
}
define void @assembles() {
  call void asm sideeffect "call onlyHere", ""()
  ret void
}
define internal void @onlyHere() { ret void }
define void @nobody() { call void @noSuchThing() ret void }
declare void @noSuchThing()
define internal i32 @once(i32 %n) {
  br label %loop
loop:
  %i = phi i32 [ 0, %0 ], [ %j, %loop ]
  %j = add i32 %i, 1
  %v = call i32 @small(i32 %i)
  %c = icmp slt i32 %j, %n
  br i1 %c, label %loop, label %end
end:
  ret i32 %v
}
@instructions = internal unnamed_addr constant [2 x ptr]
  [ptr blockaddress(@interprets, %stop), ptr blockaddress(@interprets, %step)]
define void @interprets(i64 %at) {
  br label %next
next:
  %i = phi i64 [ %at, %0 ], [ 0, %step ]
  %place = getelementptr inbounds [2 x ptr], ptr @instructions, i64 0, i64 %i
  %target = load ptr, ptr %place
  indirectbr ptr %target, [label %stop, label %step]
step:
  br label %next
stop:
  ret void
}
; Tables that others read as well, at once and late.
@readAtOnce = internal constant [2 x ptr]
  [ptr blockaddress(@seenAtOnce, %stop), ptr blockaddress(@seenAtOnce, %step)]
define void @seenAtOnce(i64 %at) {
  br label %next
next:
  %i = phi i64 [ %at, %0 ], [ 0, %step ]
  %place = getelementptr inbounds [2 x ptr], ptr @readAtOnce, i64 0, i64 %i
  %target = load ptr, ptr %place
  indirectbr ptr %target, [label %stop, label %step]
step:
  br label %next
stop:
  ret void
}
@readLate = internal constant [2 x ptr]
  [ptr blockaddress(@seenLate, %stop), ptr blockaddress(@seenLate, %step)]
define void @seenLate(i64 %at) {
  br label %next
next:
  %i = phi i64 [ %at, %0 ], [ 0, %step ]
  %place = getelementptr inbounds [2 x ptr], ptr @readLate, i64 0, i64 %i
  %target = load ptr, ptr %place
  indirectbr ptr %target, [label %stop, label %step]
step:
  br label %next
stop:
  ret void
}
define ptr @readsAtOnce() {
  call void asm sideeffect "# $0", "r"(i32 1)
  %x = load ptr, ptr @readAtOnce
  ret ptr %x
}
define ptr @readsLate() {
  %x = load ptr, ptr @readLate
  ret ptr %x
}
define i32 @main(i32 %n) {
  %a = call i32 @once(i32 %n)
  %b = call i32 @large(i32 %a)
  %c = load ptr, ptr @table
  %d = call i32 %c(i32 %b)
  %e = call i32 @other(i32 %d)
  %f = call double @calculates(double 1.0)
  call void @catches()
  %g = call i32 @local()
  %h = load ptr, ptr @where
  call void @jumps(ptr %h)
  call void @assembles()
  call void @interprets(i64 1)
  call void @seenAtOnce(i64 1)
  call void @seenLate(i64 1)
  %i = call ptr @readsAtOnce()
  %j = call ptr @readsLate()
  ret i32 %e
}
!0 = !{!"kept"}
!1 = !{!2, !2, i64 0}
!2 = !{!"int", !3, i64 0}
!3 = !{!"root"}
!4 = !{i32 0, i32 100}
!5 = !{!"branch_weights", i32 3, i32 4}
!6 = !{i32 1, !"wchar_size", i32 4}
!llvm.module.flags = !{!6}
)";

/// A program that is loaded in one of the two ways, and divided.
struct Loaded {
  std::unique_ptr<LLVMContext> Context = std::make_unique<LLVMContext>();
  DiagnosticCollector Diagnostics;
  std::optional<UnreadBodies> Unread;
  ProgramIR IR;
  LatePlan Plan;
  std::unique_ptr<Module> Late;

  Loaded() { Diagnostics.attachTo(*Context); }
  Module &module() { return *IR.Units.front().IR; }
  void divide() {
    Plan.Units.resize(1);
    ASSERT_TRUE(CodeGenerator::create(module(), {}));
    auto Made =
        divideLate(module(), 0, "main", Unread ? &*Unread : nullptr, Plan);
    ASSERT_TRUE(bool(Made));
    Late = std::move(*Made);
  }
  /// \p Directly: as they are compiled; or else as they are kept.
  std::unique_ptr<LateBodies> takeApart(bool Directly) {
    std::vector<LateBodies::Unit> Units(1);
    Units.front().Functions = std::move(Late);
    if (Unread) {
      Units.front().Bitcode = Unread->Bitcode;
      EXPECT_FALSE(Unread->Readers.empty());
      if (Directly)
        Units.front().Readers = std::make_shared<UnitReaders>(
            Unread->Bitcode, std::move(Unread->Readers),
            UnitTerms(module(), Unread->Globals, {}));
      Unread->Globals.clear();
    }
    std::vector<std::unique_ptr<Module>> Rest;
    Rest.push_back(std::move(IR.Units.front().IR));
    return std::make_unique<LateBodies>(std::move(Context), std::move(Rest),
                                        std::move(Units), Plan);
  }
  std::vector<std::string> textsOf(LateBodies &Bodies) const {
    std::vector<std::string> Texts;
    for (uint32_t Number = 0; Number != Plan.Functions.size(); ++Number) {
      // Fast code first, and then better.
      for (int Time = 0; Time != 2; ++Time) {
        auto M = Bodies.moduleOf(Number, Plan.Functions[Number]);
        EXPECT_TRUE(M) << Plan.Functions[Number].Name;
        EXPECT_FALSE(verifyModule(**M, &errs()));
        raw_string_ostream(Texts.emplace_back()) << **M;
      }
    }
    return Texts;
  }
  std::vector<std::string> bodies(bool Directly) {
    return textsOf(*takeApart(Directly));
  }
};

class UnreadProgramTest : public ::testing::TestWithParam<unsigned> {
protected:
  void SetUp() override { Kept.Entry = "main"; }

  void write(StringRef What) {
    LLVMContext Context;
    SMDiagnostic Wrong;
    auto M = parseAssemblyString(What, Wrong, Context);
    ASSERT_TRUE(M) << Wrong.getMessage().str();
    auto Bytes = writeBitcode(*M);
    Inputs.clear();
    Inputs.push_back({.Name = "prog.bc",
                      .Contents = MemoryBuffer::getMemBufferCopy(
                          {Bytes.data(), Bytes.size()}, "prog.bc")});
  }
  bool loadUnread(Loaded &Into) {
    auto Found = jit::loadUnread(
        Inputs.front(), Kept, GetParam(), [this] { ++Threads; }, *Into.Context,
        Into.Diagnostics);
    if (!Found)
      return false;
    Into.Unread = std::move(Found->Bodies);
    Into.IR = std::move(Found->IR);
    return true;
  }
  void loadWhole(Loaded &Into) {
    auto Found =
        loadUnits(Inputs, Kept, nullptr, *Into.Context, Into.Diagnostics);
    ASSERT_TRUE(Found);
    Into.IR = std::move(*Found);
  }

  std::vector<InputFile> Inputs;
  Roots Kept;
  std::atomic<unsigned> Threads = 0;
};

std::vector<std::string> namesOf(const std::vector<ReferenceInIR> &All) {
  std::vector<std::string> Names;
  for (const ReferenceInIR &Each : All)
    Names.push_back(Each.Name);
  return Names;
}

/// Whether functions are taken apart as they are when all is read.
TEST_P(UnreadProgramTest, BodiesAreTheSame) {
  write(Text);
  Loaded Unread, Direct, Whole;
  ASSERT_TRUE(loadUnread(Unread));
  ASSERT_TRUE(loadUnread(Direct));
  ASSERT_NO_FATAL_FAILURE(loadWhole(Whole));
  for (Loaded *Each : {&Unread, &Direct, &Whole})
    ASSERT_NO_FATAL_FAILURE(Each->divide());
  auto Expected = Whole.bodies(/*Directly=*/false);
  EXPECT_EQ(Unread.bodies(/*Directly=*/false), Expected);
  EXPECT_EQ(Direct.bodies(/*Directly=*/true), Expected);
}

/// Also while the units are given up.
TEST_P(UnreadProgramTest, AnyThreadMayAsk) {
  write(Text);
  Loaded Direct, Whole;
  ASSERT_TRUE(loadUnread(Direct));
  ASSERT_NO_FATAL_FAILURE(loadWhole(Whole));
  for (Loaded *Each : {&Direct, &Whole})
    ASSERT_NO_FATAL_FAILURE(Each->divide());
  const auto Expected = Whole.bodies(/*Directly=*/false);
  auto Bodies = Direct.takeApart(/*Directly=*/true);
  std::vector<std::thread> Askers;
  for (int Number = 0; Number != 3; ++Number)
    Askers.emplace_back([&] {
      for (int Time = 0; Time != 5; ++Time)
        EXPECT_EQ(Direct.textsOf(*Bodies), Expected);
    });
  while (Bodies->shrink(Direct.Plan))
    std::this_thread::yield();
  for (std::thread &Each : Askers)
    Each.join();
  EXPECT_EQ(Direct.textsOf(*Bodies), Expected);
}

TEST_P(UnreadProgramTest, TheProgramIsTheSame) {
  write(Text);
  Loaded Unread, Whole;
  ASSERT_TRUE(loadUnread(Unread));
  ASSERT_NO_FATAL_FAILURE(loadWhole(Whole));
  // Nothing is read that may be late.
  EXPECT_TRUE(Unread.module().getFunction("main")->isMaterializable());
  EXPECT_TRUE(Unread.module().getFunction("main")->empty());
  EXPECT_FALSE(Unread.module().getFunction("assembles")->empty());
  EXPECT_FALSE(Unread.module().getFunction("local")->empty());
  // What is asked for before anything is compiled.
  const Module *Of[] = {&Unread.module(), &Whole.module()};
  EXPECT_EQ(namesOf(referencesOf(Of[0])), namesOf(referencesOf(Of[1])));
  EXPECT_EQ(callsOfCodeGeneration(Of[0]), callsOfCodeGeneration(Of[1]));
  EXPECT_EQ(Unread.IR.LeftOut.All, Whole.IR.LeftOut.All);
  EXPECT_EQ(Unread.IR.LeftOut.Offered, Whole.IR.LeftOut.Offered);
  EXPECT_EQ(Unread.module().getInstructionCount() +
                Unread.Unread->instructionCount(),
            Whole.module().getInstructionCount());

  ASSERT_NO_FATAL_FAILURE(Unread.divide());
  ASSERT_NO_FATAL_FAILURE(Whole.divide());
  ASSERT_EQ(Unread.Plan.Functions.size(), Whole.Plan.Functions.size());
  for (size_t Number = 0; Number != Whole.Plan.Functions.size(); ++Number) {
    const PlannedFunction &Its = Unread.Plan.Functions[Number],
                          &Other = Whole.Plan.Functions[Number];
    EXPECT_EQ(Its.Name, Other.Name);
    EXPECT_EQ(Its.IsWeak, Other.IsWeak) << Its.Name;
    EXPECT_EQ(Its.Visibility, Other.Visibility) << Its.Name;
    EXPECT_EQ(Its.IsInCycle, Other.IsInCycle) << Its.Name;
    EXPECT_EQ(Its.IsCalledOnce, Other.IsCalledOnce) << Its.Name;
    EXPECT_EQ(Its.IsCalledWidely, Other.IsCalledWidely) << Its.Name;
    EXPECT_EQ(Its.Weight, Other.Weight) << Its.Name;
    ASSERT_EQ(Its.Callees.size(), Other.Callees.size()) << Its.Name;
    for (size_t Call = 0; Call != Its.Callees.size(); ++Call) {
      EXPECT_EQ(Its.Callees[Call].Function, Other.Callees[Call].Function);
      EXPECT_EQ(Its.Callees[Call].Chance, Other.Callees[Call].Chance);
    }
  }
  EXPECT_EQ(Unread.Plan.Inside, Whole.Plan.Inside);
  ASSERT_EQ(Unread.Plan.Outside.size(), Whole.Plan.Outside.size());
  for (size_t Number = 0; Number != Whole.Plan.Outside.size(); ++Number)
    EXPECT_EQ(Unread.Plan.Outside[Number].Name,
              Whole.Plan.Outside[Number].Name);
  std::string Texts[2];
  raw_string_ostream(Texts[0]) << Unread.module();
  raw_string_ostream(Texts[1]) << Whole.module();
  EXPECT_EQ(StringRef(Texts[0]).count("define "),
            StringRef(Texts[1]).count("define "));
}

/// The other way of loading says what is wrong.
TEST_P(UnreadProgramTest, WhatIsBrokenIsNotLoaded) {
  constexpr char Broken[] = "target triple = \"x86_64-unknown-linux-gnu\"\n"
                            "define i32 @main() { ret i32 0 }\n"
                            "define i32 @broken() {\n"
                            "  br label %b\n"
                            "a:\n"
                            "  %x = add i32 1, 1\n"
                            "  br label %b\n"
                            "b:\n"
                            "  ret i32 %x\n"
                            "}\n";
  write(Broken);
  Loaded Good;
  // Nobody reads what is not reachable.
  EXPECT_TRUE(loadUnread(Good));
  Kept.EveryExport = true;
  Loaded Bad;
  EXPECT_FALSE(loadUnread(Bad));
  Kept.EveryExport = false;
  Kept.Entry = "broken";
  Loaded Worse;
  EXPECT_FALSE(loadUnread(Worse));
}

/// Whatever has to be seen as a whole is loaded so.
TEST_P(UnreadProgramTest, SomeProgramsAreReadWhole) {
  const std::string Target = "target triple = \"x86_64-unknown-linux-gnu\"\n",
                    Main = "define i32 @main() { ret i32 0 }\n";
  for (const std::string &Each : {
           Target + "module asm \"nop\"\n" + Main,
           "target triple = \"riscv64-unknown-linux-gnu\"\n" + Main,
           Target + Main +
               "!llvm.dbg.cu = !{!0}\n!llvm.module.flags = !{!2}\n"
               "!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, "
               "emissionKind: LineTablesOnly)\n"
               "!1 = !DIFile(filename: \"f.c\", directory: \"\")\n"
               "!2 = !{i32 2, !\"Debug Info Version\", i32 3}\n",
       }) {
    write(Each);
    Loaded Its;
    EXPECT_FALSE(loadUnread(Its)) << Each;
  }
  write(Target + Main);
  Threads = 0;
  Loaded Its;
  EXPECT_TRUE(loadUnread(Its));
  EXPECT_EQ(Threads, GetParam() - 1);
}

INSTANTIATE_TEST_SUITE_P(Threads, UnreadProgramTest, ::testing::Values(1, 3));

} // namespace

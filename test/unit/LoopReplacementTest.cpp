//===- LoopReplacementTest.cpp - Better code for a loop that runs ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fast code calls "again" in its loops, which at one time or another lets a
// loop go on in its continuation. What comes of it is what C++ computes here.
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/LoopReplacement.h"
#include "LateProgram.h"
#include "jit/codegen/LateCompiler.h"
#include "jit/codegen/LateSource.h"
#include "jit/target/LateSlots.h"

#include "llvm/IR/Verifier.h"

using namespace llvm;

namespace remoterun::jit {

namespace {

/// The table of the loops of @f, and what is put into it, where, and when.
struct Replacement {
  uint8_t *Word = nullptr;
  uint64_t Continuation = 0;
  unsigned When = 0, Calls = 0;
} Its;

void again() {
  if (++Its.Calls == Its.When)
    std::memcpy(Its.Word, &Its.Continuation, sizeof(Its.Continuation));
}

class LoopReplacementTest : public LateProgram {
protected:
  void SetUp() override {
    LateProgram::SetUp();
    if (IsSkipped())
      return;
    define("again", &again);
    // Within reach, as the control window is.
    void *Near =
        ::mmap(Guest + 256 * WindowSize, ControlSize, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(Near, MAP_FAILED);
    Control = static_cast<uint8_t *>(Near);
    Names[LateCode::Control.str()] = {
        ExecutorAddr(reinterpret_cast<uintptr_t>(Control)), {}, {}};
  }
  void TearDown() override {
    if (Control)
      ::munmap(Control, ControlSize);
  }

  /// The object of @f, as fast code or as what it does from a loop on.
  ObjectBytes make(const std::string &Text, std::optional<uint8_t> Loop) {
    LLVMContext Context;
    SMDiagnostic Wrong;
    auto M = parseAssemblyString(Text, Wrong, Context);
    if (!M) {
      ADD_FAILURE() << Wrong.getMessage().str();
      return {};
    }
    M->getFunction("f")->setName("f" + LateBody.str());
    CodeGenOptions Options;
    Options.Triple = "x86_64-unknown-linux-gnu";
    auto Generator = CodeGenerator::create(*M, Options);
    LateUnit Unit{.Name = "unit", .MayBeFaster = true};
    LateCompiler Compiler(Unit, std::move(*Generator), /*ReplacesLoops=*/true);
    PlannedFunction Planned{.Name = "f", .IsCalledOnce = true};
    if (Loop) {
      auto Made = Compiler.continueLoop(Planned, *M, *Loop);
      EXPECT_FALSE(verifyModule(*M, &errs()));
      EXPECT_TRUE(Made) << (Made ? "" : Made.error().Message);
      return Made ? std::move(*Made) : ObjectBytes();
    }
    bool IsFast = true;
    auto Made = Compiler.compile(3, Planned, *M, IsFast, /*MayWait=*/false);
    EXPECT_FALSE(verifyModule(*M, &errs()));
    EXPECT_TRUE(IsFast);
    return Made ? std::move(**Made) : ObjectBytes();
  }
  LinkedObject place(const ObjectBytes &Object) {
    auto Done = Linker->link(
        Object, [&](StringRef Name) -> std::optional<LateReference> {
          auto Found = Names.find(Name.str());
          return Found == Names.end() ? std::nullopt
                                      : std::optional(Found->second);
        });
    EXPECT_TRUE(Done) << (Done ? "" : Done.error().Message);
    return Done ? std::move(*Done) : LinkedObject();
  }

  /// Lets each loop of @f in \p Text, of which there are \p Count, go on in its
  /// continuation at the first \p Calls calls of @again and at none: \p Check
  /// calls the function that it is given.
  template <typename T, typename Checked>
  void goOnEverywhere(const std::string &Text, size_t Count, unsigned Calls,
                      Checked Check) {
    const LinkedObject Fast = place(make(Text, std::nullopt));
    ASSERT_EQ(Fast.LoopTable.Size, Count * sizeof(uint64_t));
    auto *F = reinterpret_cast<T *>(
        uintptr_t(Fast.Functions.front().Range.Start.value()));
    uint8_t *Table = Ours + (Fast.LoopTable.Start - guest(0));
    for (uint8_t Loop = 0; Loop != Count; ++Loop) {
      const LinkedObject Rest = place(make(Text, Loop));
      ASSERT_EQ(Rest.Functions.size(), 1u);
      for (unsigned When = 0; When <= Calls; ++When) {
        Its = {Table + Loop * sizeof(uint64_t),
               Rest.Functions.front().Range.Start.value(), When};
        std::memset(Table, 0, Fast.LoopTable.Size);
        Check(F, "loop " + std::to_string(Loop) + ", call " +
                     std::to_string(When));
      }
    }
  }

  static constexpr size_t ControlSize = 4096;
  uint8_t *Control = nullptr;
};

constexpr char Nest[] = R"(
declare void @again()
define i64 @f(i32 %n, i8 %small, double %d, ptr %out) {
entry:
  %variable = alloca [4 x i64]
  store i64 5, ptr %variable
  %odd = icmp ne i32 %n, 4
  br label %outer
outer:
  %i = phi i32 [ 0, %entry ], [ %i.next, %latch ]
  %sum = phi i64 [ 1, %entry ], [ %sum.inner, %latch ]
  %half = phi double [ %d, %entry ], [ %half.next, %latch ]
  call void @again()
  %twice = shl i32 %i, 1
  br label %inner
inner:
  %j = phi i32 [ 0, %outer ], [ %j.next, %inner ]
  %sum.before = phi i64 [ %sum, %outer ], [ %sum.inner, %inner ]
  call void @again()
  %held = load i64, ptr %variable
  %more = add i64 %held, 1
  store i64 %more, ptr %variable
  %both = add i32 %twice, %j
  %wide = zext i32 %both to i64
  %add = mul i64 %wide, %more
  %sum.inner = add i64 %sum.before, %add
  %j.next = add i32 %j, 1
  %inner.ends = icmp eq i32 %j.next, 3
  br i1 %inner.ends, label %latch, label %inner
latch:
  %half.next = fmul double %half, 5.000000e-01
  %i.next = add i32 %i, 1
  %ends = icmp eq i32 %i.next, %n
  br i1 %ends, label %end, label %outer
end:
  store double %half.next, ptr %out
  %w = sext i8 %small to i64
  %o = zext i1 %odd to i64
  %a = add i64 %sum.inner, %w
  %b = add i64 %a, %o
  ret i64 %b
}
)";

TEST_F(LoopReplacementTest, ANestGoesOnFromBothLoops) {
  int64_t Sum = 1, Held = 5;
  for (int I = 0; I != 4; ++I)
    for (int J = 0; J != 3; ++J)
      Sum += (2 * I + J) * ++Held;
  Sum += -7;
  using F = int64_t(int32_t, int8_t, double, double *);
  goOnEverywhere<F>(Nest, 2, 17, [&](F *Run, const std::string &Where) {
    double Half = 0;
    EXPECT_EQ(Run(4, -7, 48, &Half), Sum) << Where;
    EXPECT_EQ(Half, 3) << Where;
    // In all of its iterations: 4 of the one, and 12 of the other.
    if (Its.When == 0)
      EXPECT_EQ(Its.Calls, 16u) << Where;
  });
}

TEST_F(LoopReplacementTest, ALoopTellsWhichItIs) {
  using F = int64_t(int32_t, int8_t, double, double *);
  const LinkedObject Fast = place(make(Nest, std::nullopt));
  Its = {};
  double Half;
  reinterpret_cast<F *>(uintptr_t(Fast.Functions.front().Range.Start.value()))(
      1, 0, 0, &Half);
  EXPECT_EQ(Control[LateCode::WantedOffset + 3],
            ReplaceableLoops::FirstTold + 1);
}

TEST_F(LoopReplacementTest, AnInterpretersLabelsMeanTheSame) {
  constexpr char Text[] = R"(
declare void @again()
@places = internal constant [4 x ptr] [ptr blockaddress(@f, %add),
    ptr blockaddress(@f, %double), ptr null, ptr blockaddress(@f, %stop)]
define i32 @f(ptr %code) {
entry:
  br label %next
next:
  %x = phi i32 [ 0, %entry ], [ %added, %add ], [ %doubled, %double ]
  %at = phi ptr [ %code, %entry ], [ %after, %add ], [ %after, %double ]
  %after = getelementptr i8, ptr %at, i64 1
  %what = load i8, ptr %at
  %index = zext i8 %what to i64
  %entry.of = getelementptr [4 x ptr], ptr @places, i64 0, i64 %index
  %place = load ptr, ptr %entry.of
  call void @again()
  br label %jump
jump:
  %where = phi ptr [ %place, %next ]
  indirectbr ptr %where, [label %add, label %double, label %stop, label %add]
add:
  %added = add i32 %x, 1
  br label %next
double:
  %doubled = mul i32 %x, 2
  br label %next
stop:
  ret i32 %x
}
)";
  const uint8_t Code[] = {0, 0, 1, 1, 0, 1, 0, 3};
  using F = int32_t(const uint8_t *);
  goOnEverywhere<F>(Text, 1, 8, [&](F *Run, const std::string &Where) {
    EXPECT_EQ(Run(Code), 19) << Where;
  });
}

TEST_F(LoopReplacementTest, LabelsThatAreAtHandBecomePlaces) {
  // The loop begins anew where the place is known already.
  constexpr char Text[] = R"(
declare void @again()
@places = internal constant [3 x ptr] [ptr blockaddress(@f, %add),
    ptr blockaddress(@f, %double), ptr blockaddress(@f, %stop)]
define i32 @f(ptr %code) {
entry:
  br label %next
jump:
  %x = phi i32 [ 0, %next ], [ %added, %add ], [ %doubled, %double ]
  %at = phi ptr [ %code, %next ], [ %after, %add ], [ %after, %double ]
  %where = phi ptr [ %first, %next ], [ %then, %add ], [ %then.too, %double ]
  %after = getelementptr i8, ptr %at, i64 1
  call void @again()
  indirectbr ptr %where, [label %add, label %double, label %stop]
next:
  %first = load ptr, ptr @places
  br label %jump
add:
  %added = add i32 %x, 1
  %a.what = load i8, ptr %after
  %a.index = zext i8 %a.what to i64
  %a.of = getelementptr [3 x ptr], ptr @places, i64 0, i64 %a.index
  %then = load ptr, ptr %a.of
  br label %jump
double:
  %doubled = mul i32 %x, 2
  %d.what = load i8, ptr %after
  %d.index = zext i8 %d.what to i64
  %d.of = getelementptr [3 x ptr], ptr @places, i64 0, i64 %d.index
  %then.too = load ptr, ptr %d.of
  br label %jump
stop:
  ret i32 %x
}
)";
  const uint8_t Code[] = {0, 0, 1, 1, 0, 1, 0, 2};
  using F = int32_t(const uint8_t *);
  goOnEverywhere<F>(Text, 1, 8, [&](F *Run, const std::string &Where) {
    EXPECT_EQ(Run(Code), 19) << Where;
  });
}

TEST_F(LoopReplacementTest, WhatCallsItselfCallsTheFunction) {
  constexpr char Text[] = R"(
declare void @again()
define i32 @f(i32 %n) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %more ]
  %sum = phi i32 [ %n, %entry ], [ %new, %more ]
  %ends = icmp sge i32 %i, %n
  br i1 %ends, label %end, label %more
more:
  call void @again()
  %its = call i32 @f(i32 %i)
  %new = add i32 %sum, %its
  %next = add i32 %i, 1
  br label %loop
end:
  ret i32 %sum
}
)";
  // The entry, which leads to fast code.
  const LinkedObject Fast = place(make(Text, std::nullopt));
  Names["f"] = reference(Fast.Functions.front().Range.Start.value());
  // n and all before it: 4 + (3 + (2 + 1 + 1 + ...)) as arithmetic has it.
  std::vector<int32_t> Sums;
  for (int32_t N = 0; N != 5; ++N) {
    Sums.push_back(N);
    for (int32_t I = 0; I != N; ++I)
      Sums[N] += Sums[I];
  }
  using F = int32_t(int32_t);
  goOnEverywhere<F>(Text, 1, 12, [&](F *Run, const std::string &Where) {
    EXPECT_EQ(Run(4), Sums[4]) << Where;
  });
}

/// How many loops of @f in \p Text can have better code, and whether all.
std::pair<size_t, bool> loopsOf(const std::string &Text) {
  LLVMContext Context;
  SMDiagnostic Wrong;
  auto M = parseAssemblyString(Text, Wrong, Context);
  EXPECT_TRUE(M) << Wrong.getMessage().str();
  ReplaceableLoops Loops(*M->getFunction("f"));
  return {Loops.size(), Loops.areAll()};
}

TEST(ReplaceableLoopsTest, WhatIsOfAFrameStaysInIt) {
  constexpr char Loop[] = "  br label %loop\n"
                          "loop:\n"
                          "  %c = call i1 @more()\n"
                          "  br i1 %c, label %loop, label %end\n"
                          "end:\n"
                          "  ret void\n"
                          "}\n"
                          "declare i1 @more()\n";
  using Result = std::pair<size_t, bool>;
  EXPECT_EQ(loopsOf(std::string("define void @f() {\n") + Loop),
            Result(1, true));
  EXPECT_EQ(loopsOf(std::string("define void @f() {\n"
                                "  call i32 @setjmp(ptr null)\n") +
                    Loop + "declare i32 @setjmp(ptr) returns_twice\n"),
            Result(0, false));
  EXPECT_EQ(loopsOf(std::string("define void @f(...) {\n"
                                "  %v = alloca [3 x i64]\n"
                                "  call void @llvm.va_start(ptr %v)\n") +
                    Loop + "declare void @llvm.va_start(ptr)\n"),
            Result(0, false));
  EXPECT_EQ(loopsOf("define void @f() {\n"
                    "  ret void\n"
                    "}\n"),
            Result(0, true));
}

TEST(ReplaceableLoopsTest, WhatCannotBePassedKeepsItsLoop) {
  std::string Text = "define i64 @f(ptr %p) {\n";
  for (int I = 0; I != 101; ++I)
    Text += "  %a" + std::to_string(I) + " = load volatile i64, ptr %p\n";
  Text += "  br label %loop\n"
          "loop:\n"
          "  %c = load volatile i1, ptr %p\n"
          "  br i1 %c, label %loop, label %end\n"
          "end:\n"
          "  %s0 = add i64 0, 0\n";
  for (int I = 0; I != 101; ++I)
    Text += "  %s" + std::to_string(I + 1) + " = add i64 %s" +
            std::to_string(I) + ", %a" + std::to_string(I) + "\n";
  Text += "  ret i64 %s101\n}\n";
  EXPECT_EQ(loopsOf(Text), (std::pair<size_t, bool>(0, false)));
}

} // namespace
} // namespace remoterun::jit

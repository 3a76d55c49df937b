//===- LateLinkerTest.cpp - Objects linked into windows -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LateProgram.h"

#include "executor/unwind/CallFrameInfo.h"
#include "executor/unwind/UnwindTables.h"
#include "jit/codegen/LateCompiler.h"
#include "jit/codegen/LateSource.h"
#include "jit/target/LateSlots.h"

#include <algorithm>
#include <dlfcn.h>
#include <sys/mman.h>

using namespace remoterun;
using namespace remoterun::jit;
using llvm::StringRef;

namespace {

using LateLinkerTest = LateProgram;

int addFive(int Number) { return Number + 5; }

TEST_F(LateLinkerTest, CallsGoWhereTheyMay) {
  define("far", addFive);
  linked("declare i32 @far(i32)\n"
         "define i32 @f(i32 %x) {\n"
         "  %y = call i32 @far(i32 %x)\n"
         "  %z = add i32 %y, 1\n"
         "  ret i32 %z\n"
         "}");
  EXPECT_EQ(function<int(int)>("f")(36), 42);
  EXPECT_EQ(Functions.size(), 1u);
  // The one call is the image's stub itself.
  Names["far"] = {ExecutorAddr(1), rangeOf("f").Start, ExecutorAddr()};
  linked("declare i32 @far(i32)\n"
         "define i32 @g(i32 %x) {\n"
         "  %y = call i32 @far(i32 %x)\n"
         "  %z = mul i32 %y, 2\n"
         "  ret i32 %z\n"
         "}");
  EXPECT_EQ(function<int(int)>("g")(0), 12);
}

/// The object of @f in \p Text, which has the number 3, as a late function.
ObjectBytes compileLate(const std::string &Text, bool IsFast) {
  llvm::LLVMContext Context;
  llvm::SMDiagnostic Wrong;
  auto M = llvm::parseAssemblyString(Text, Wrong, Context);
  M->getFunction("f")->setName("f" + LateBody.str());
  CodeGenOptions Options;
  Options.Triple = "x86_64-unknown-linux-gnu";
  auto Generator = CodeGenerator::create(*M, Options);
  LateUnit Unit{.Name = "unit", .MayBeFaster = true};
  LateCompiler Compiler(Unit, std::move(*Generator), /*ReplacesLoops=*/false);
  PlannedFunction Planned;
  Planned.Name = "f";
  bool Fast = IsFast;
  auto Object = Compiler.compile(3, Planned, *M, Fast,
                                 /*MayWait=*/false);
  EXPECT_EQ(Fast, IsFast);
  EXPECT_TRUE(Object) << (Object ? "" : Object.error().Message);
  return std::move(**Object);
}

TEST_F(LateLinkerTest, FastCodeTellsOfItsCalls) {
  // Within reach, as the control window is.
  constexpr size_t Size = 4096;
  void *Near = ::mmap(Guest + 256 * WindowSize, Size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(Near, MAP_FAILED);
  auto *Control = static_cast<uint8_t *>(Near);
  auto Find = [&](StringRef Name) -> std::optional<LateReference> {
    if (Name != LateCode::Control)
      return std::nullopt;
    return LateReference{ExecutorAddr(reinterpret_cast<uintptr_t>(Control)),
                         ExecutorAddr(), ExecutorAddr()};
  };
  for (bool IsFast : {false, true}) {
    auto Done = Linker->link(compileLate("define i32 @f(i32 %x) {\n"
                                         "  %p = alloca i32\n"
                                         "  store i32 %x, ptr %p\n"
                                         "  %y = load i32, ptr %p\n"
                                         "  %z = add i32 %y, 1\n"
                                         "  ret i32 %z\n"
                                         "}",
                                         IsFast),
                             Find);
    ASSERT_TRUE(Done) << Done.error().Message;
    auto *F = reinterpret_cast<int (*)(int)>(
        uintptr_t(Done->Functions.front().Range.Start.value()));
    EXPECT_EQ(F(41), 42);
    for (uint64_t At = 0; At != Size; ++At)
      EXPECT_EQ(Control[At], IsFast && At == LateCode::WantedOffset + 3) << At;
  }
  ::munmap(Near, Size);
}

TEST_F(LateLinkerTest, AddressesComeFromTheImageOrAreKnown) {
  constexpr char Text[] = "@v = external global i32\n"
                          "define ptr @f() { ret ptr @v }";
  int Variable = 7;
  define("v", &Variable);
  linked(Text);
  EXPECT_EQ(function<int *()>("f")(), &Variable);
  uint64_t WithWord = Linker->constants().Used;
  // Without a word, there is one in the constants.
  auto Address = reinterpret_cast<uintptr_t>(&Variable);
  Names["v"] = {ExecutorAddr(Address), ExecutorAddr(), ExecutorAddr()};
  Functions.clear();
  linked(Text);
  EXPECT_EQ(function<int *()>("f")(), &Variable);
  EXPECT_GE(Linker->constants().Used, 2 * WithWord + sizeof(Address));
  // By an offset, for what is near.
  Names["v"].Address = guest(0);
  Functions.clear();
  linked("@v = external dso_local global i32\n"
         "define ptr @f() { ret ptr @v }");
  EXPECT_EQ(function<uint8_t *()>("f")(), Guest);
  Names["v"].Address = guest(uint64_t(1) << 32);
  expectRefused("@v = external dso_local global i32\n"
                "define ptr @f() { ret ptr @v }",
                "R_X86_64_PC32 for 'v': it is too far away");
}

TEST_F(LateLinkerTest, AnObjectHasItsOwnFunctionsAndConstants) {
  linked(R"(
@s = private unnamed_addr constant [6 x i8] c"hello\00"
@pointers = private constant [2 x ptr] [ptr @own, ptr @s]
define internal i32 @own(i32 %x) noinline {
  %y = mul i32 %x, %x
  ret i32 %y
}
define weak_odr i32 @shared(i32 %x) noinline { ret i32 17 }
define ptr @text() { ret ptr @s }
define ptr @pointer(i64 %n) {
  %p = getelementptr ptr, ptr @pointers, i64 %n
  %v = load ptr, ptr %p
  ret ptr %v
}
define double @f(i32 %x) {
  switch i32 %x, label %other [ i32 0, label %a
    i32 1, label %b
    i32 2, label %c
    i32 3, label %d
    i32 4, label %e ]
a:
  ret double 2.5
b:
  ret double 3.25
c:
  %y = call i32 @own(i32 9)
  %z = sitofp i32 %y to double
  ret double %z
d:
  ret double -1.125
e:
  %w = call i32 @shared(i32 9)
  %u = sitofp i32 %w to double
  ret double %u
other:
  ret double 0.5
}
)");
  auto *F = function<double(int)>("f");
  double Expected[] = {2.5, 3.25, 81, -1.125, 17, 0.5};
  for (int I = 0; I != 6; ++I)
    EXPECT_EQ(F(I), Expected[I]) << I;
  EXPECT_STREQ(function<const char *()>("text")(), "hello");
  auto *Pointer = function<void *(long)>("pointer");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(Pointer(0)),
            rangeOf("own").Start.value());
  EXPECT_STREQ(static_cast<const char *>(Pointer(1)), "hello");
  for (const char *Name : {"own", "shared", "text", "pointer", "f"})
    EXPECT_TRUE(Linker->code().Range.contains(rangeOf(Name))) << Name;
}

TEST_F(LateLinkerTest, DebugInformationIsLeftOut) {
  linked("define i32 @f() { ret i32 1 }");
  uint64_t Plain = Linker->constants().Used;
  linked(R"(
define i32 @g() !dbg !3 { ret i32 2, !dbg !5 }
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_C, file: !2,
                             emissionKind: FullDebug)
!2 = !DIFile(filename: "g.c", directory: "/")
!3 = distinct !DISubprogram(name: "g", file: !2, type: !4, unit: !1,
                            spFlags: DISPFlagDefinition)
!4 = !DISubroutineType(types: !{null})
!5 = !DILocation(line: 1, scope: !3)
)");
  EXPECT_EQ(function<int()>("g")(), 2);
  EXPECT_LE(Linker->constants().Used, 2 * Plain + 8);
}

/// A function that throws an int, and one that returns what it has caught.
constexpr char Throwing[] = R"(
@_ZTIi = external constant ptr
declare ptr @__cxa_allocate_exception(i64)
declare void @__cxa_throw(ptr, ptr, ptr)
declare ptr @__cxa_begin_catch(ptr)
declare void @__cxa_end_catch()
declare i32 @__gxx_personality_v0(...)
define void @thrower(i32 %x) noinline {
  %e = call ptr @__cxa_allocate_exception(i64 4)
  store i32 %x, ptr %e
  call void @__cxa_throw(ptr %e, ptr @_ZTIi, ptr null)
  unreachable
}
define i32 @catcher(i32 %x) personality ptr @__gxx_personality_v0 {
  invoke void @thrower(i32 %x) to label %done unwind label %caught
done:
  ret i32 -1
caught:
  %p = landingpad { ptr, i32 } catch ptr @_ZTIi
  %e = extractvalue { ptr, i32 } %p, 0
  %c = call ptr @__cxa_begin_catch(ptr %e)
  %v = load i32, ptr %c
  call void @__cxa_end_catch()
  ret i32 %v
}
)";

TEST_F(LateLinkerTest, WhatUnwindTablesReferToIsTheImages) {
  for (const char *Name :
       {"_ZTIi", "__cxa_allocate_exception", "__cxa_throw", "__cxa_begin_catch",
        "__cxa_end_catch", "__gxx_personality_v0"}) {
    void *Address = ::dlsym(RTLD_DEFAULT, Name);
    ASSERT_NE(Address, nullptr) << Name;
    define(Name, Address);
  }
  linked(Throwing);
  auto Entries = entries();
  ASSERT_EQ(Entries.size(), 2u);
  ASSERT_EQ(Entries[1].first, rangeOf("catcher").Start.value());
  const auto *Description =
      reinterpret_cast<const uint8_t *>(Entries[1].second);
  const uint8_t *Common = Description + 4 - number<uint32_t>(Description + 4);
  // Behind length, id, version: how tables refer to what, and the personality.
  EXPECT_STREQ(reinterpret_cast<const char *>(Common + 9), "zPLR");
  EXPECT_EQ(relative(Common + 19),
            Names["__gxx_personality_v0"].Pointer.value());
  // Behind length, id, start, size and the length of what follows.
  const auto *Table =
      reinterpret_cast<const uint8_t *>(relative(Description + 17));
  EXPECT_TRUE(Linker->constants().Range.contains(
      {ExecutorAddr(reinterpret_cast<uintptr_t>(Table)), 4}));
  EXPECT_EQ(Table[1], 0x9b); // Types: of a word, relative, 4 bytes.
  const uint8_t *Types = Table + 3 + Table[2];
  EXPECT_EQ(relative(Types - 4), Names["_ZTIi"].Pointer.value());

  // Unwinders find the index by the image, which is none here.
  const auto *First = reinterpret_cast<const uint8_t *>(Entries[0].second);
  First += 4;
  First -= number<uint32_t>(First);
  ExecutorRange Tables = {ExecutorAddr(reinterpret_cast<uintptr_t>(First)),
                          guest(2 * WindowSize) + Linker->constants().Used -
                              ExecutorAddr(reinterpret_cast<uintptr_t>(First))};
  executor::registerUnwindTables({&Tables, 1});
  EXPECT_EQ(function<int(int)>("catcher")(42), 42);
  using Forget = void(const void *);
  if (auto *Known = reinterpret_cast<Forget *>(
          ::dlsym(RTLD_DEFAULT, "__deregister_frame")))
    Known(First);
}

TEST_F(LateLinkerTest, TheIndexGrowsInOrder) {
  std::string Sections =
      "define i32 @NAME1() section \".text.b\" { ret i32 1 }\n"
      "define i32 @NAME2() section \".text.a\" { ret i32 2 }\n"
      "define i32 @NAME3() nounwind { ret i32 3 }\n"
      "define i32 @NAME4() section \".text.b\" { ret i32 4 }";
  size_t Expected = 0;
  for (const char *Name : {"x", "y", "z"}) {
    std::string Text = Sections;
    for (size_t At; (At = Text.find("NAME")) != std::string::npos;)
      Text.replace(At, 4, Name);
    linked(Text);
    Expected += 3;
    EXPECT_EQ(number<uint32_t>(Guest + 8), Expected);
    EXPECT_EQ(Linker->index().Used, UnwindIndex::sizeFor(Expected));
  }
  auto Entries = entries();
  EXPECT_TRUE(std::is_sorted(Entries.begin(), Entries.end()));
  for (const LateFunction &Each : Functions) {
    for (uint64_t Pc : {Each.Range.Start.value(),
                        Each.Range.Start.value() + Each.Range.Size - 1}) {
      auto Found = executor::findByHeader(Guest, Pc);
      ASSERT_EQ(Found.has_value(), Each.Name.back() != '3') << Each.Name;
      if (!Found)
        continue;
      EXPECT_EQ(Found->FunctionStart, Each.Range.Start.value()) << Each.Name;
      EXPECT_EQ(Found->FunctionSize, Each.Range.Size) << Each.Name;
    }
    EXPECT_EQ(function<int()>(Each.Name)(), Each.Name.back() - '0');
  }
  EXPECT_EQ(Functions.size(), 12u);
}

TEST_F(LateLinkerTest, WhatIsFullSaysSo) {
  constexpr char Small[] = "define i32 @f() { ret i32 1 }";
  std::string Large = "@v = private constant [600 x i8] zeroinitializer\n"
                      "define ptr @f() { ret ptr @v }";
  std::string Long =
      "define void @f() { call void asm \".skip 600\", \"\"() ret void }";
  Linker.emplace(makeLinker(512, 512, UnwindIndex::sizeFor(1)));
  expectRefused(Large, "the window for constants is full: section '.rodata");
  expectRefused(Long, "the window for code is full: section '.text'");
  linked(Small);
  EXPECT_EQ(function<int()>("f")(), 1);
  expectRefused(Small, "the index of unwind tables: it is full");
  EXPECT_EQ(entries().size(), 1u);
}

TEST_F(LateLinkerTest, WhatCannotBeServedIsNamed) {
  expectRefused("declare void @unknown()\n"
                "define void @f() { call void @unknown() ret void }",
                "'unknown' is not known");
  expectRefused("@t = external thread_local global i32\n"
                "define i32 @f() { %v = load i32, ptr @t ret i32 %v }",
                "for 't': late code has no thread-local variables");
  expectRefused("@own = internal thread_local global i32 5\n"
                "define ptr @f() { ret ptr @own }",
                "it must not have a section '.tdata'");
  expectRefused("@z = internal global i32 0\n"
                "define ptr @f() { ret ptr @z }",
                "it must not have a section '.bss'");
  Names["data"] = {guest(0), ExecutorAddr(), ExecutorAddr()};
  expectRefused("declare void @data()\n"
                "define void @f() { call void @data() ret void }",
                "R_X86_64_PLT32 for 'data': it cannot be called");
  define("far", addFive);
  expectRefused("@far = external dso_local global i32\n"
                "define ptr @f() { ret ptr @far }",
                "R_X86_64_PC32 for 'far': only the dynamic linker knows");
  expectRefused("@own = common global i32 0\n"
                "define ptr @f() { ret ptr @own }",
                "for 'own': late code must not define it");
}

TEST_F(LateLinkerTest, CodeReadsNoWordThatNobodyFills) {
  define("far", addFive);
  for (const char *Rest : {"ptr @far", "i64 5"})
    expectRefused(
        "declare void @far()\n"
        "@table = private constant { ptr, " +
            std::string(Rest, 3) + " } { ptr @far, " + Rest +
            " }\n"
            "define ptr @f(i64 %n) {\n"
            "  %p = getelementptr ptr, ptr @table, i64 %n\n"
            "  %v = load ptr, ptr %p\n"
            "  ret ptr %v\n"
            "}",
        "'.data.rel.ro': it would hold the address of 'far', which only");
  // Nothing refers to it here, or only to its neighbour.
  expectRefused("declare void @far()\n"
                "@word = hidden constant ptr @far\n"
                "define void @f() { ret void }",
                "R_X86_64_64 for 'far': only the dynamic linker knows");
  // A word by itself is as good as the image's.
  linked("declare void @far()\n"
         "@word = hidden constant ptr @far\n"
         "define ptr @f() noinline { ret ptr @word }\n"
         "define ptr @g() { %v = load volatile ptr, ptr @word ret ptr %v }");
  EXPECT_EQ(function<void *()>("g")(), reinterpret_cast<void *>(addFive));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(function<void *()>("f")()),
            Names["far"].Pointer.value());
}

TEST_F(LateLinkerTest, OtherInstructionSetsAreRefused) {
  LateLinker Other(isaOf(llvm::Triple("riscv64-linux-gnu")), Linker->code(),
                   Linker->constants(), Linker->index());
  EXPECT_FALSE(Other.link({}, [](StringRef) { return std::nullopt; }));
  EXPECT_FALSE(Linker->link({}, [](StringRef) { return std::nullopt; }));
}

} // namespace

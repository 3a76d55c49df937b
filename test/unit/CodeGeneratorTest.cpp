//===- CodeGeneratorTest.cpp - One that compiles much that is small -------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "jit/codegen/CodeGenerator.h"
#include "jit/base/LlvmErrors.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/SourceMgr.h"

#include <gtest/gtest.h>

#include <optional>

using namespace remoterun;
using namespace remoterun::jit;
using namespace llvm;

namespace {

/// Modules that leave something in passes, if anything does: types of the
/// context's own, exceptions, variables on a protected stack, jump tables,
/// assembly, debug information.
const char *const Modules[] = {
    R"(
define i32 @plain(i32 %x) { %y = mul i32 %x, 3 ret i32 %y }
)",
    R"(
%pair = type { i33, <3 x float> }
declare i32 @__gxx_personality_v0(...)
declare void @throws(ptr)
define i32 @catches() sspstrong personality ptr @__gxx_personality_v0 {
  %buffer = alloca [64 x i8]
  %pair = alloca %pair
  store %pair zeroinitializer, ptr %pair
  invoke void @throws(ptr %buffer) to label %fine unwind label %caught
fine:
  ret i32 0
caught:
  %it = landingpad { ptr, i32 } catch ptr null
  ret i32 1
}
)",
    R"(
define i32 @chooses(i32 %x, i77 %wide) {
  %low = trunc i77 %wide to i32
  switch i32 %x, label %other [ i32 0, label %a i32 1, label %b i32 2, label %c
                                i32 3, label %d i32 4, label %a ]
a: ret i32 17
b: ret i32 %low
c: %swapped = call i32 asm "bswap $0", "=r,0"(i32 %x) ret i32 %swapped
d: ret i32 77
other: ret i32 -1
}
)",
    R"(
@state = thread_local global i32 0
define i32 @sums(ptr %p, i32 %n) !dbg !4 {
start:
  br label %loop
loop:
  %i = phi i32 [ 0, %start ], [ %next, %loop ]
  %sum = phi i32 [ 0, %start ], [ %more, %loop ]
  %at = getelementptr i32, ptr %p, i32 %i
  %value = load i32, ptr %at, !dbg !6
  %more = add i32 %sum, %value, !dbg !6
  %next = add i32 %i, 1
  %done = icmp eq i32 %next, %n
  br i1 %done, label %end, label %loop
end:
  store i32 %more, ptr @state
  ret i32 %more
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!3}
!0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1,
                             emissionKind: LineTablesOnly)
!1 = !DIFile(filename: "sums.c", directory: "/")
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = distinct !DISubprogram(name: "sums", file: !1, line: 1, type: !5,
                            unit: !0, spFlags: DISPFlagDefinition)
!5 = !DISubroutineType(types: !7)
!6 = !DILocation(line: 3, scope: !4)
!7 = !{}
)"};

struct Parsed {
  explicit Parsed(StringRef Text) {
    Diagnostics.attachTo(Context);
    SMDiagnostic Wrong;
    M = parseAssemblyString(Text, Wrong, Context);
    EXPECT_TRUE(M) << Wrong.getMessage().str();
  }
  LLVMContext Context;
  DiagnosticCollector Diagnostics;
  std::unique_ptr<Module> M;
};

CodeGenerator generatorFor(Module &M, CodeGenOptLevel Level) {
  CodeGenOptions Options;
  Options.Triple = "x86_64-unknown-linux-gnu";
  Options.Level = Level;
  auto Made = CodeGenerator::create(M, Options);
  EXPECT_TRUE(Made);
  return std::move(*Made);
}

class CodeGeneratorTest : public ::testing::TestWithParam<CodeGenOptLevel> {};

TEST_P(CodeGeneratorTest, KeptPassesMakeTheSameCode) {
  std::optional<CodeGenerator> Kept;
  // In turns, so that each comes after each other.
  for (size_t Step : {1, 2, 3})
    for (size_t Number = 0; Number != 4 * std::size(Modules); ++Number) {
      StringRef Text = Modules[Number * Step % std::size(Modules)];
      Parsed Once(Text), Again(Text);
      ASSERT_TRUE(Once.M && Again.M);
      CodeGenerator Fresh = generatorFor(*Once.M, GetParam());
      if (!Kept) {
        Kept.emplace(Fresh.another());
        Kept->keepPasses();
      }
      Kept->setLayoutOf(*Again.M);
      Again.M->setTargetTriple(Once.M->getTargetTriple());
      Again.M->setPIELevel(Once.M->getPIELevel());
      auto Expected = Fresh.compile(*Once.M, "once", Once.Diagnostics);
      auto Object = Kept->compile(*Again.M, "again", Again.Diagnostics);
      ASSERT_TRUE(Expected && Object);
      EXPECT_GT(Object->size(), 400u);
      EXPECT_TRUE(*Object == *Expected) << Text.str();
    }
}

/// What is wrong with one module is not said of the next.
TEST_P(CodeGeneratorTest, AfterAnErrorTheyAreMadeAnew) {
  Parsed Wrong("define void @f() { call void asm \"frobnicate\", \"\"() "
               "ret void }");
  Parsed Right(Modules[0]), Once(Modules[0]);
  ASSERT_TRUE(Wrong.M && Right.M && Once.M);
  CodeGenerator Its = generatorFor(*Wrong.M, GetParam());
  Its.keepPasses();
  auto Failed = Its.compile(*Wrong.M, "wrong", Wrong.Diagnostics);
  ASSERT_FALSE(Failed);
  EXPECT_NE(Failed.error().Message.find("frobnicate"), std::string::npos);
  CodeGenerator Fresh = generatorFor(*Once.M, GetParam());
  Its.setLayoutOf(*Right.M);
  Right.M->setTargetTriple(Once.M->getTargetTriple());
  Right.M->setPIELevel(Once.M->getPIELevel());
  auto Object = Its.compile(*Right.M, "right", Right.Diagnostics);
  auto Expected = Fresh.compile(*Once.M, "once", Once.Diagnostics);
  ASSERT_TRUE(Object && Expected);
  EXPECT_TRUE(*Object == *Expected);
}

INSTANTIATE_TEST_SUITE_P(Levels, CodeGeneratorTest,
                         ::testing::Values(CodeGenOptLevel::None,
                                           CodeGenOptLevel::Default));

} // namespace

//===- LateLinkerTest.cpp - Objects linked into windows -------------------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This process is the guest as well: it maps the windows a second time, as the
// guest's image has them, and runs what is there.
//
//===----------------------------------------------------------------------===//

#include "jit/link/LateLinker.h"
#include "executor/unwind/CallFrameInfo.h"
#include "executor/unwind/UnwindTables.h"
#include "jit/base/LlvmErrors.h"
#include "jit/codegen/CodeGenerator.h"
#include "jit/link/UnwindIndex.h"
#include "jit/target/Isa.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/TargetParser/Host.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <sys/mman.h>
#include <unistd.h>

using namespace remoterun;
using namespace remoterun::jit;
using llvm::StringRef;

namespace {

const Isa &target() { return isaOf(llvm::Triple("x86_64-linux-gnu")); }

/// What code generation makes of \p Text, which is IR.
ObjectBytes compile(const std::string &Text) {
  llvm::LLVMContext Context;
  DiagnosticCollector Diagnostics;
  Diagnostics.attachTo(Context);
  llvm::SMDiagnostic Wrong;
  auto M = llvm::parseAssemblyString(Text, Wrong, Context);
  if (!M) {
    ADD_FAILURE() << Wrong.getMessage().str();
    return {};
  }
  CodeGenOptions Options;
  Options.Triple = "x86_64-unknown-linux-gnu";
  auto Generator = CodeGenerator::create(*M, Options);
  if (!Generator) {
    ADD_FAILURE() << Generator.error().Message;
    return {};
  }
  auto Object = Generator->compile(*M, "test", Diagnostics);
  if (!Object) {
    ADD_FAILURE() << Object.error().Message;
    return {};
  }
  return std::move(*Object);
}

class LateLinkerTest : public ::testing::Test {
protected:
  static constexpr uint64_t WindowSize = 0x10000;

  LateLinkerTest() {
    int File = ::memfd_create("windows", MFD_CLOEXEC);
    EXPECT_EQ(::ftruncate(File, 4 * WindowSize), 0);
    auto Map = [File](int Protection, int Kind) {
      void *Memory = ::mmap(nullptr, 4 * WindowSize, Protection, Kind, File, 0);
      EXPECT_NE(Memory, MAP_FAILED);
      return static_cast<uint8_t *>(Memory);
    };
    Ours = Map(PROT_READ | PROT_WRITE, MAP_SHARED);
    Guest = Map(PROT_READ | PROT_EXEC, MAP_PRIVATE);
    ::close(File);
    Linker.emplace(makeLinker(WindowSize, WindowSize, WindowSize));
  }

  void SetUp() override {
    if (llvm::Triple(llvm::sys::getProcessTriple()).getArch() != target().Arch)
      GTEST_SKIP() << "another instruction set";
  }

  ~LateLinkerTest() override {
    ::munmap(Ours, 4 * WindowSize);
    ::munmap(Guest, 4 * WindowSize);
  }

  /// One after the other: the index, words and stubs of the image, constants
  /// and code.
  LateLinker makeLinker(uint64_t CodeSize, uint64_t ConstantsSize,
                        uint64_t IndexSize) {
    UnwindIndex Empty(llvm::endianness::little, sizeof(void *));
    LateWindow Index = window(0, IndexSize);
    Index.Used = UnwindIndex::sizeFor(0);
    // As of a program that has no function before.
    Empty.write(Index.Memory.take_front(Index.Used), Index.Range.Start.value());
    EXPECT_EQ(Index.Memory[2], 0x03);
    return {target(), window(3, CodeSize), window(2, ConstantsSize), Index};
  }

  LateWindow window(size_t Number, uint64_t Size) {
    return {{guest(Number * WindowSize), Size},
            {Ours + Number * WindowSize, Size}};
  }
  ExecutorAddr guest(uint64_t Offset) const {
    return ExecutorAddr(reinterpret_cast<uintptr_t>(Guest) + Offset);
  }

  /// Has the image know \p Name, as what is at \p Address: by a word of its
  /// own and a stub, as a library's function.
  template <typename T> void define(const char *Name, T *Address) {
    Names[Name] = reference(reinterpret_cast<uintptr_t>(Address));
  }
  LateReference reference(uint64_t Address) {
    uint64_t Word = WindowSize + 32 * ++Words;
    std::memcpy(Ours + Word, &Address, sizeof(Address));
    uint64_t Stub = Word + 16;
    target().SlotJump.Write(Ours + Stub, guest(Stub).value(),
                            guest(Word).value());
    return {ExecutorAddr(), guest(Stub), guest(Word)};
  }

  Expected<std::vector<LateFunction>> link(const std::string &Text) {
    return Linker->link(compile(Text),
                        [&](StringRef Name) -> std::optional<LateReference> {
                          auto Found = Names.find(Name.str());
                          if (Found == Names.end())
                            return std::nullopt;
                          return Found->second;
                        });
  }
  void linked(const std::string &Text) {
    auto Done = link(Text);
    ASSERT_TRUE(Done) << Done.error().Message;
    Functions.insert(Functions.end(), Done->begin(), Done->end());
  }
  /// Links \p Text, and expects a failure that names \p What, and nothing else.
  void expectRefused(const std::string &Text, const std::string &What) {
    uint64_t Before[] = {Linker->code().Used, Linker->constants().Used,
                         Linker->index().Used};
    auto Done = link(Text);
    ASSERT_FALSE(Done);
    EXPECT_EQ(Done.error().Whose, Blame::Internal);
    EXPECT_NE(Done.error().Message.find(What), std::string::npos)
        << Done.error().Message;
    EXPECT_EQ(Linker->code().Used, Before[0]);
    EXPECT_EQ(Linker->constants().Used, Before[1]);
    EXPECT_EQ(Linker->index().Used, Before[2]);
  }

  ExecutorRange rangeOf(StringRef Name) const {
    for (const LateFunction &Each : Functions)
      if (Each.Name == Name)
        return Each.Range;
    ADD_FAILURE() << "no function " << Name.str();
    return {};
  }
  template <typename T> T *function(StringRef Name) const {
    return reinterpret_cast<T *>(rangeOf(Name).Start.value());
  }

  /// Functions and descriptions, as the index has them.
  std::vector<std::pair<uint64_t, uint64_t>> entries() const {
    std::vector<std::pair<uint64_t, uint64_t>> Found;
    for (uint32_t I = 0, Count = number<uint32_t>(Guest + 8); I != Count; ++I) {
      const uint8_t *At = Guest + UnwindIndex::sizeFor(I);
      auto Base = reinterpret_cast<uintptr_t>(Guest);
      Found.emplace_back(
          Base + static_cast<uint64_t>(int64_t(number<int32_t>(At))),
          Base + static_cast<uint64_t>(int64_t(number<int32_t>(At + 4))));
    }
    return Found;
  }
  /// A number of type T, and what is that far away from it.
  template <typename T> static T number(const uint8_t *At) {
    T Value;
    std::memcpy(&Value, At, sizeof(T));
    return Value;
  }
  static uint64_t relative(const uint8_t *At) {
    return reinterpret_cast<uintptr_t>(At) +
           static_cast<uint64_t>(int64_t(number<int32_t>(At)));
  }

  uint8_t *Ours = nullptr, *Guest = nullptr;
  uint64_t Words = 0;
  std::map<std::string, LateReference> Names;
  std::vector<LateFunction> Functions;
  std::optional<LateLinker> Linker;
};

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
  // Code would read the word that nobody fills.
  for (const char *Also : {"", ", i32 5, i32 6"})
    expectRefused("@far = external global i32\n"
                  "@table = private constant { ptr" +
                      std::string(*Also ? ", i32, i32" : ", ptr") +
                      " } { ptr @far" + (*Also ? Also : ", ptr @far") +
                      " }\n"
                      "define ptr @f(i64 %n) {\n"
                      "  %p = getelementptr ptr, ptr @table, i64 %n\n"
                      "  %v = load ptr, ptr %p\n"
                      "  ret ptr %v\n"
                      "}",
                  "for '");
}

TEST_F(LateLinkerTest, OtherInstructionSetsAreRefused) {
  LateLinker Other(isaOf(llvm::Triple("aarch64-linux-gnu")), Linker->code(),
                   Linker->constants(), Linker->index());
  EXPECT_FALSE(Other.link({}, [](StringRef) { return std::nullopt; }));
  EXPECT_FALSE(Linker->link({}, [](StringRef) { return std::nullopt; }));
}

} // namespace

//===- CacheTest.cpp - Is what was compiled before found again? -----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace remoterun;

namespace {

constexpr char Answer[] = "define i32 @answer() {\n  ret i32 42\n}\n";
constexpr char Other[] = "define i32 @answer() {\n  ret i32 43\n}\n";

/// A folder that is gone with this.
class CacheFolder {
public:
  CacheFolder() {
    std::string Name = "/tmp/remote-run-cache-XXXXXX";
    Path = ::mkdtemp(Name.data());
  }
  ~CacheFolder() { std::filesystem::remove_all(Path); }

  JITSettings settings() const { return {.Cache = Path / "cache"}; }
  void eachFile(const std::function<void(const std::string &)> &Do) const {
    for (const auto &Each : std::filesystem::directory_iterator(Path / "cache"))
      Do(Each.path());
  }

  std::filesystem::path Path;
};

struct Counts {
  size_t Compiled, Found, Wrappers;
  bool operator==(const Counts &) const = default;
};

std::ostream &operator<<(std::ostream &Out, const Counts &Its) {
  return Out << Its.Compiled << " compiled, " << Its.Found << " found, "
             << Its.Wrappers << " wrappers compiled";
}

Counts countsOf(RemoteJIT &Jit) {
  RemoteJIT::Statistics Its = Jit.statistics();
  return {Its.ModulesCompiled, Its.ModulesFromCache, Its.WrappersCompiled};
}

/// Adds \p Module in a session of its own, and asks it.
Counts answer(JITSettings Settings, const char *Module, int Wanted,
              std::vector<std::string> *Warnings = nullptr) {
  RemoteJIT Jit = makeJIT(std::move(Settings));
  unwrap(Jit.add(Module));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("answer"))()), Wanted);
  if (Warnings)
    *Warnings = Jit.takeWarnings();
  else
    EXPECT_TRUE(Jit.takeWarnings().empty());
  return countsOf(Jit);
}

TEST(Cache, TheSecondSessionCompilesNothing) {
  CacheFolder Folder;
  EXPECT_EQ(answer(Folder.settings(), Answer, 42), Counts(1, 0, 1));
  EXPECT_EQ(answer(Folder.settings(), Answer, 42), Counts(0, 1, 0));
  // Another module has the same wrapper.
  EXPECT_EQ(answer(Folder.settings(), Other, 43), Counts(1, 0, 0));
}

TEST(Cache, AModuleIsFoundInItsOwnSession) {
  CacheFolder Folder;
  RemoteJIT Jit = makeJIT(Folder.settings());
  ModuleHandle Module = unwrap(Jit.add(Answer));
  auto Function = unwrap(Jit.lookup<int()>("answer"));
  unwrap(Jit.replace(Module, Other));
  EXPECT_EQ(unwrap(Function()), 43);
  unwrap(Jit.replace(Module, Answer));
  EXPECT_EQ(unwrap(Function()), 42);
  EXPECT_EQ(countsOf(Jit), Counts(2, 1, 1));
  // What was found is linked again as what was compiled.
  unwrap(Jit.restart());
  EXPECT_EQ(unwrap(Function()), 42);
  EXPECT_EQ(countsOf(Jit), Counts(2, 1, 1));
}

TEST(Cache, ObjectsAreOfTheirSettings) {
  CacheFolder Folder;
  JITSettings Settings = Folder.settings();
  answer(Settings, Answer, 42);
  Settings.OptimizationLevel = 0;
  EXPECT_EQ(answer(Settings, Answer, 42).Compiled, 1u);
  Settings.Cpu = "x86-64-v2";
  EXPECT_EQ(answer(Settings, Answer, 42).Compiled, 1u);
  Settings.Features = "+avx";
  EXPECT_EQ(answer(Settings, Answer, 42).Compiled, 1u);
  EXPECT_EQ(answer(Settings, Answer, 42).Compiled, 0u);
}

constexpr char Weak[] = "define weak i32 @which() {\n  ret i32 1\n}\n"
                        "define i32 @answer() {\n"
                        "  %r = call i32 @which()\n  ret i32 %r\n}\n";

TEST(Cache, ObjectsAreOfWhatWasKnown) {
  CacheFolder Folder;
  EXPECT_EQ(answer(Folder.settings(), Weak, 1), Counts(1, 0, 1));
  for (size_t Round = 0; Round != 2; ++Round) {
    RemoteJIT Jit = makeJIT(Folder.settings());
    unwrap(Jit.add("define i32 @which() {\n  ret i32 2\n}\n"));
    unwrap(Jit.add(Weak));
    // What was compiled before would define it once more.
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("answer"))()), 2);
    EXPECT_EQ(countsOf(Jit), Counts(2 - 2 * Round, 2 * Round, 0));
  }
  EXPECT_EQ(answer(Folder.settings(), Weak, 1), Counts(0, 1, 0));
}

TEST(Cache, ReplaceableOnes) {
  CacheFolder Folder;
  // The same functions, but no entries for them.
  answer(Folder.settings(), Answer, 42);
  for (size_t Round = 0; Round != 2; ++Round) {
    RemoteJIT Jit = makeJIT(Folder.settings());
    ModuleHandle Module = unwrap(Jit.add(Answer, {.Replaceable = true}));
    unwrap(Jit.add("declare i32 @answer()\ndefine i32 @ask() {\n"
                   "  %r = call i32 @answer()\n  ret i32 %r\n}\n"));
    auto Ask = unwrap(Jit.lookup<int()>("ask"));
    EXPECT_EQ(unwrap(Ask()), 42);
    unwrap(Jit.replace(Module, Other));
    EXPECT_EQ(unwrap(Ask()), 43);
    auto Refused = Jit.replace(Module, "define i64 @answer() {\n"
                                       "  ret i64 1\n}\n");
    ASSERT_FALSE(Refused);
    EXPECT_NE(Refused.error().Message.find("as i64 ()"), std::string::npos);
    EXPECT_EQ(countsOf(Jit), Counts(4 - 4 * Round, 4 * Round, 0));
  }
}

TEST(Cache, LinesOfWhatWasFoundAreTold) {
  CacheFolder Folder;
  constexpr char Crashing[] = R"(
define i32 @crash(ptr %p) !dbg !4 {
  %r = load volatile i32, ptr %p, !dbg !7
  ret i32 %r, !dbg !7
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "crash.c", directory: "/")
!2 = !{i32 7, !"Dwarf Version", i32 5}
!3 = !{i32 2, !"Debug Info Version", i32 3}
!4 = distinct !DISubprogram(name: "crash", file: !1, line: 3, type: !5, unit: !0, spFlags: DISPFlagDefinition)
!5 = !DISubroutineType(types: !6)
!6 = !{}
!7 = !DILocation(line: 17, column: 5, scope: !4)
)";
  auto Crash = [&](bool LosesCache) {
    RemoteJIT Jit = makeJIT(Folder.settings());
    unwrap(Jit.add(Crashing));
    auto Function = unwrap(Jit.lookup<int(ExecutorAddr)>("crash"));
    if (LosesCache)
      std::filesystem::remove_all(Folder.Path / "cache");
    auto End = Function(ExecutorAddr());
    EXPECT_FALSE(End);
    return End.error().Message;
  };
  std::string First = Crash(false), Second = Crash(false), Third = Crash(true);
  EXPECT_NE(First.find("crash at crash.c:17:5"), std::string::npos) << First;
  EXPECT_NE(Second.find("crash at crash.c:17:5"), std::string::npos) << Second;
  EXPECT_NE(Third.find("#0 crash"), std::string::npos) << Third;
}

TEST(Cache, DamageIsCompiledAnew) {
  CacheFolder Folder;
  answer(Folder.settings(), Answer, 42);
  for (bool Cuts : {false, true}) {
    Folder.eachFile([&](const std::string &File) {
      if (Cuts)
        std::filesystem::resize_file(File,
                                     std::filesystem::file_size(File) / 2);
      else
        std::fstream(File, std::ios::in | std::ios::out).seekp(8) << "?";
    });
    EXPECT_EQ(answer(Folder.settings(), Answer, 42), Counts(1, 0, 1));
    EXPECT_EQ(answer(Folder.settings(), Answer, 42), Counts(0, 1, 0));
  }
}

TEST(Cache, WhatOthersMayHaveWrittenIsNotRead) {
  CacheFolder Folder;
  answer(Folder.settings(), Answer, 42);
  Folder.eachFile([](const std::string &File) { ::chmod(File.c_str(), 0666); });
  std::vector<std::string> Warnings;
  EXPECT_EQ(answer(Folder.settings(), Answer, 42, &Warnings), Counts(1, 0, 1));
  ASSERT_FALSE(Warnings.empty());
  EXPECT_NE(Warnings.front().find("an entry of the cache is not used"),
            std::string::npos)
      << Warnings.front();
  // It has been written again.
  EXPECT_EQ(answer(Folder.settings(), Answer, 42), Counts(0, 1, 0));
  if (::geteuid() == 0) {
    Folder.eachFile([](const std::string &File) {
      EXPECT_EQ(::lchown(File.c_str(), 12345, 12345), 0);
    });
    EXPECT_EQ(answer(Folder.settings(), Answer, 42, &Warnings),
              Counts(1, 0, 1));
    EXPECT_FALSE(Warnings.empty());
  }
}

TEST(Cache, AFolderThatOthersMayWriteToIsNotUsed) {
  CacheFolder Folder;
  answer(Folder.settings(), Answer, 42);
  ::chmod((Folder.Path / "cache").c_str(), 0777);
  std::vector<std::string> Warnings;
  EXPECT_EQ(answer(Folder.settings(), Answer, 42, &Warnings), Counts(1, 0, 1));
  // Once, although there was a wrapper, too.
  ASSERT_EQ(Warnings.size(), 1u);
  EXPECT_NE(Warnings.front().find("others may write"), std::string::npos);
  EXPECT_EQ(Warnings.front().find("--cache"), std::string::npos);
}

TEST(Cache, WhereNothingCanBeWritten) {
  CacheFolder Folder;
  std::ofstream(Folder.Path / "cache") << "no folder\n";
  JITSettings Settings;
  Settings.Cache = Folder.Path / "cache" / "below";
  for (size_t Round = 0; Round != 2; ++Round) {
    std::vector<std::string> Warnings;
    EXPECT_EQ(answer(Settings, Answer, 42, &Warnings), Counts(1, 0, 1));
    EXPECT_FALSE(Warnings.empty());
  }
}

/// What a module is compiled to depends on no file that could change.
TEST(Cache, AssemblyThatIncludesFilesIsNotKept) {
  CacheFolder Folder;
  std::ofstream(Folder.Path / "included") << "text";
  std::string Module = "module asm \".data\\0A.globl included\\0Aincluded: "
                       ".incbin \\22" +
                       (Folder.Path / "included").string() +
                       "\\22\"\n"
                       "@included = external global i8\n"
                       "define i32 @answer() {\n"
                       "  %c = load i8, ptr @included\n"
                       "  %r = zext i8 %c to i32\n  ret i32 %r\n}\n";
  EXPECT_EQ(answer(Folder.settings(), Module.c_str(), 't').Compiled, 1u);
  std::ofstream(Folder.Path / "included") << "another";
  EXPECT_EQ(answer(Folder.settings(), Module.c_str(), 'a').Compiled, 1u);
}

TEST(Cache, TwoSessionsAtOnce) {
  CacheFolder Folder;
  auto Work = [&] {
    RemoteJIT Jit = makeJIT(Folder.settings());
    for (int I = 0; I != 20; ++I) {
      const std::string Number = std::to_string(I);
      unwrap(Jit.add("define i32 @f" + Number + "() {\n  ret i32 " + Number +
                     "\n}\n"));
      EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("f" + Number))()), I);
    }
    EXPECT_TRUE(Jit.takeWarnings().empty());
    Counts Its = countsOf(Jit);
    EXPECT_EQ(Its.Compiled + Its.Found, 20u);
  };
  std::thread Second(Work);
  Work();
  Second.join();
}

/// Run twice, with a folder of the caller's: see cache.test.
TEST(CacheOfProcesses, Each) {
  const char *Folder = std::getenv("CACHE");
  if (!Folder)
    GTEST_SKIP() << "another process has the folder";
  std::printf("%zu compiled\n", answer({.Cache = Folder}, Answer, 42).Compiled);
}

} // namespace

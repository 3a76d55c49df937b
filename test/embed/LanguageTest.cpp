//===- LanguageTest.cpp - Do modules of C++ do what libraries do? ---------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each source would do the same in a library that is loaded and unloaded.
//
//===----------------------------------------------------------------------===//

#include "embed/Embedding.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace remoterun;

namespace {

std::string fileBytes(const std::filesystem::path &Path) {
  std::ifstream File(Path, std::ios::binary);
  return {std::istreambuf_iterator<char>(File), {}};
}

/// A folder that goes with the test.
class Folder {
public:
  Folder() {
    char Name[] = "/tmp/remote-run-embed-XXXXXX";
    Path = ::mkdtemp(Name);
  }
  Folder(const Folder &) = delete;
  Folder &operator=(const Folder &) = delete;
  ~Folder() { std::filesystem::remove_all(Path); }

  std::filesystem::path Path;
};

void run(const std::string &Command) {
  ASSERT_EQ(std::system(Command.c_str()), 0) << Command;
}

/// What clang++, which lit names, makes of \p Source: bitcode, by default.
std::string compiled(const std::string &Source,
                     const std::string &Options = "-O1 -emit-llvm") {
  const char *Compiler = std::getenv("CLANGXX");
  Folder Scratch;
  const std::string In = Scratch.Path / "in.cpp", Out = Scratch.Path / "out";
  std::ofstream(In) << Source;
  run(std::string(Compiler ? Compiler : "clang++-22") + " -c " + Options +
      " -o " + Out + " " + In);
  return fileBytes(Out);
}

constexpr char Thrower[] = R"(
#include <stdexcept>
struct Own { int Value; };
void thrower(int How) {
  if (How == 0) throw std::runtime_error("standard");
  if (How == 1) throw Own{42};
  if (How == 2) throw 7;
}
)";
constexpr char Catcher[] = R"(
#include <exception>
#include <cstring>
#include <cstdlib>
struct Own { int Value; };
void thrower(int How);
extern "C" int catcher(int How) {
  try { thrower(How); }
  catch (const std::exception &E) { return (int)std::strlen(E.what()); }
  catch (const Own &O) { return O.Value; }
  catch (...) { return -1; }
  return 0;
}
static int compare(const void *, const void *) { throw Own{5}; }
extern "C" int through_libc() {
  int Values[] = {2, 1};
  try { std::qsort(Values, 2, sizeof(int), compare); }
  catch (const Own &O) { return O.Value; }
  return 0;
}
)";

void exceptionsCross(const std::string &Options) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(compiled(Thrower, Options), {.Name = "thrower"}));
  ModuleHandle Module =
      unwrap(Jit.add(compiled(Catcher, Options), {.Name = "catcher"}));
  auto Catch = unwrap(Jit.lookup<int(int)>("catcher"));
  EXPECT_EQ(unwrap(Catch(0)), 8);
  EXPECT_EQ(unwrap(Catch(1)), 42);
  EXPECT_EQ(unwrap(Catch(2)), -1);
  EXPECT_EQ(unwrap(Catch(3)), 0);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("through_libc"))()), 5);
  // The unwinder must not look for what is gone, nor miss what has come.
  unwrap(Jit.remove(Module));
  unwrap(Jit.add(compiled(Catcher, Options), {.Name = "catcher again"}));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int(int)>("catcher"))(1)), 42);
}

TEST(Languages, ExceptionsCrossModules) { exceptionsCross("-O1 -emit-llvm"); }
TEST(Languages, ExceptionsCrossObjects) { exceptionsCross("-O1 -fPIC"); }

TEST(Languages, StaticObjectsAreDestroyedOnRemoval) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@log = global [8 x i8] zeroinitializer\n"
                 "@end = global i32 0\n"));
  ModuleHandle Module = unwrap(Jit.add(compiled(R"(
extern "C" char log[8];
extern "C" int end;
struct Noting {
  char Letter;
  explicit Noting(char Letter) : Letter(Letter) { log[end++] = Letter; }
  ~Noting() { log[end++] = Letter - 'a' + 'A'; }
};
Noting First('a'), Second('b');
extern "C" void local() { static Noting Third('c'); }
)",
                                                "-O1 -emit-llvm "
                                                "-fno-builtin")));
  unwrap(unwrap(Jit.lookup<void()>("local"))());
  unwrap(Jit.remove(Module));
  std::array<uint8_t, 8> Log;
  unwrap(Jit.read(Jit.address("log"), Log));
  EXPECT_EQ(std::string(Log.begin(), Log.begin() + 6), "abcCBA");
}

constexpr char PerThread[] = R"(
extern "C" int destroyed;
struct Noting { int Value = 40; ~Noting() { ++destroyed; } };
thread_local Noting Its;
thread_local int Plain = 2;
extern "C" int next() { return ++Its.Value + Plain++; }
)";

TEST(Languages, ThreadLocalObjectsGoWithTheirModule) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@destroyed = global i32 0\n"));
  for (int32_t Round = 1; Round != 4; ++Round) {
    ModuleHandle Module = unwrap(Jit.add(compiled(PerThread)));
    auto Next = unwrap(Jit.lookup<int()>("next"));
    EXPECT_EQ(unwrap(Next()), 43);
    EXPECT_EQ(unwrap(Next()), 45);
    unwrap(Jit.remove(Module));
    int32_t Destroyed = 0;
    unwrap(Jit.read(Jit.address("destroyed"),
                    {reinterpret_cast<uint8_t *>(&Destroyed), 4}));
    EXPECT_EQ(Destroyed, Round);
    // In its place.
    unwrap(Jit.add("@filler." + std::to_string(Round) +
                   " = global [9000 x i8] zeroinitializer\n"));
  }
}

TEST(Languages, EachThreadHasItsOwn) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add("@destroyed = global i32 0\n"));
  unwrap(Jit.add(compiled(PerThread)));
  unwrap(Jit.add(compiled(R"(
#include <pthread.h>
extern "C" int next();
extern "C" int on_a_thread() {
  auto Main = [](void *) -> void * { return (void *)(long)next(); };
  pthread_t Thread;
  void *Result;
  pthread_create(&Thread, nullptr, Main, nullptr);
  pthread_join(Thread, &Result);
  return (int)(long)Result;
}
)")));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("next"))()), 43);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("on_a_thread"))()), 43);
  int32_t Destroyed = 0;
  unwrap(Jit.read(Jit.address("destroyed"),
                  {reinterpret_cast<uint8_t *>(&Destroyed), 4}));
  EXPECT_EQ(Destroyed, 1);
}

void inlineVariablesAreOne(const std::string &Options) {
  constexpr char Header[] = R"(
inline int &counter() { static int Count = 0; return Count; }
inline int Shared = 5;
template <typename T> int sizeOf(T) { return ++Shared; }
)";
  RemoteJIT Jit = makeJIT();
  for (std::string Name : {"first", "second"})
    unwrap(Jit.add(compiled(Header + ("extern \"C\" int " + Name) +
                                "() { return ++counter() * 100 + sizeOf('x'); "
                                "}\n",
                            Options),
                   {.Name = Name}));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("first"))()), 106);
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("second"))()), 207);
}

TEST(Languages, InlineVariablesAreOne) {
  inlineVariablesAreOne("-O1 -emit-llvm");
}
TEST(Languages, InlineVariablesOfObjectsAreOne) {
  inlineVariablesAreOne("-O1 -fPIC");
}

void ifuncsResolve(const std::string &Options) {
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(compiled(R"(
extern "C" {
static int chosen(int N) { return N + 40; }
static int (*resolve())(int) { return chosen; }
int which(int N) __attribute__((ifunc("resolve_it")));
__attribute__((used)) int (*resolve_it())(int) { return resolve(); }
int inside(int N) { return which(N); }
}
)",
                          Options)));
  unwrap(Jit.add(compiled(R"(
extern "C" int which(int N);
extern "C" int outside(int N) { return which(N); }
extern "C" int (*pointer())(int) { return which; }
)",
                          Options)));
  for (const char *Name : {"which", "inside", "outside"})
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int(int)>(Name))(2)), 42) << Name;
}

TEST(Languages, IfuncsResolve) { ifuncsResolve("-O1 -emit-llvm"); }
TEST(Languages, IfuncsOfObjectsResolve) { ifuncsResolve("-O1 -fPIC"); }

TEST(Languages, WeakReferencesMayBeNull) {
  constexpr char Source[] = R"(
extern "C" __attribute__((weak)) int maybe();
extern "C" int ask() { return maybe ? maybe() : -1; }
)";
  for (const char *Options : {"-O1 -emit-llvm", "-O1 -fPIC"}) {
    RemoteJIT Jit = makeJIT();
    ModuleHandle Module = unwrap(Jit.add(compiled(Source, Options)));
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("ask"))()), -1) << Options;
    unwrap(Jit.remove(Module));
    unwrap(Jit.add("define i32 @maybe() {\n  ret i32 3\n}\n"));
    unwrap(Jit.add(compiled(Source, Options)));
    EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("ask"))()), 3) << Options;
  }
}

TEST(Languages, AnArchiveIsAModule) {
  const char *Archiver = std::getenv("LLVM_AR");
  Folder Scratch;
  const std::string Path = Scratch.Path / "lib.a";
  for (std::string Name : {"one", "two"}) {
    const std::string Member = Scratch.Path / (Name + ".o");
    std::ofstream(Member, std::ios::binary)
        << compiled("extern \"C\" int one();\nextern \"C\" int two();\n"
                    "extern \"C\" int " +
                        Name + "() { return " +
                        (Name == "one" ? "1" : "1 + one()") + "; }\n",
                    "-O1 -fPIC");
    run(std::string(Archiver ? Archiver : "llvm-ar-22") + " q " + Path + " " +
        Member + " 2>&1");
  }
  RemoteJIT Jit = makeJIT();
  unwrap(Jit.add(fileBytes(Path), {.Name = "lib.a"}));
  EXPECT_EQ(unwrap(unwrap(Jit.lookup<int()>("two"))()), 2);
}

} // namespace

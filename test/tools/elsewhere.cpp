//===- elsewhere.cpp - What a RemoteJIT does, on another machine ----------===//
//
// Part of remote-run, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   elsewhere COMMAND...
//
// With the executor that the command starts: texts that are returned, variadic
// functions, pieces of a lazy module, the order of constructors, and those that
// call replaceable functions. Says what is wrong; exit status 1 if something
// is.
//
//===----------------------------------------------------------------------===//

#include "remote-run/RemoteJIT.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace remoterun;

namespace {

template <typename T> T unwrap(Expected<T> Got) {
  if (!Got) {
    std::fprintf(stderr, "elsewhere: %s\n", Got.error().Message.c_str());
    std::exit(1);
  }
  return std::move(*Got);
}
void unwrap(Expected<void> Got) {
  if (!Got) {
    std::fprintf(stderr, "elsewhere: %s\n", Got.error().Message.c_str());
    std::exit(1);
  }
}

unsigned Checked = 0, Wrong = 0;

template <typename T, typename U>
void check(const char *What, const T &Got, const U &Wanted) {
  ++Checked;
  if (Got == Wanted)
    return;
  ++Wrong;
  std::printf("wrong: %s\n", What);
}

void checkTexts(RemoteJIT &Jit) {
  std::string Long(3000, 'l');
  Long[2000] = 'x';
  auto Copy = unwrap(Jit.lookup<std::string(const char *)>("strdup"));
  check("a short text", unwrap(Copy("short")), "short");
  check("a long text", unwrap(Copy(Long.c_str())), Long);
  auto Find = unwrap(Jit.lookup<std::string(const char *, int)>("strchr"));
  check("a text of an argument", unwrap(Find(Long.c_str(), 'x')),
        Long.substr(2000));
  auto Variable =
      unwrap(Jit.lookup<std::optional<std::string>(const char *)>("getenv"));
  check("no text", unwrap(Variable("NO SUCH VARIABLE")).has_value(), false);
}

void checkVariadic(RemoteJIT &Jit) {
  auto Print = unwrap(
      Jit.lookup<int(std::span<uint8_t>, const char *, ...)>("snprintf"));
  constexpr char Format[] = "%d %u %c %g %g %s %lld %d %.1f %.1f %.1f %.1f "
                            "%.1f %.1f %.1f %.1f %.1f %d %lld %x";
  uint8_t Bytes[200] = {};
  char Native[200];
  int Length =
      unwrap(Print(Bytes, Format, int8_t(-3), uint16_t(65535), 'x', 0.5f, 0.25,
                   "text", int64_t(1) << 40, true, 1.0, 2.0, 3.0, 4.0, 5.0,
                   6.0f, 7.0, 8.0, 9.0, -5, int64_t(-1), 0xfffffff0u));
  check("what snprintf returns",
        std::snprintf(Native, sizeof(Native), Format, -3, 65535u, 'x', 0.5,
                      0.25, "text", 1LL << 40, 1, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0,
                      7.0, 8.0, 9.0, -5, -1LL, 0xfffffff0u),
        Length);
  check("what snprintf prints",
        std::string(reinterpret_cast<const char *>(Bytes)), Native);
}

void checkLazy(RemoteJIT &Jit) {
  ModuleHandle Module = unwrap(Jit.add(R"(
@count = internal global i32 10
@table = private unnamed_addr constant [3 x i32] [i32 5, i32 6, i32 7]
@functions = internal global [2 x ptr] [ptr @own, ptr @next]
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
define i32 @through(i32 %n) {
  %p = getelementptr ptr, ptr @functions, i32 %n
  %f = load ptr, ptr %p
  %r = call i32 %f()
  ret i32 %r
}
define internal i32 @own() {
  %p = getelementptr i32, ptr @table, i32 2
  %r = load i32, ptr %p
  ret i32 %r
}
define i32 @unused() {
  ret i32 0
}
)"));
  check("a piece", unwrap(unwrap(Jit.lookup<int()>("next"))()), 11);
  check("its variable", unwrap(unwrap(Jit.lookup<int()>("last"))()), 11);
  auto Through = unwrap(Jit.lookup<int(int)>("through"));
  check("a pointer to what it has for itself", unwrap(Through(0)), 7);
  check("a pointer to an earlier piece", unwrap(Through(1)), 12);
  check("functions", Jit.statistics().FunctionsCompiled, 4u);
  unwrap(Jit.restart());
  check("a pointer, after a restart", unwrap(Through(1)), 11);
  check("functions, after a restart", Jit.statistics().FunctionsCompiled, 4u);
  unwrap(Jit.remove(Module));
}

void checkConstructors(RemoteJIT &Jit) {
  std::string List, Functions;
  for (const char *Number : {"1", "2", "3", "4"}) {
    const std::string Name = std::string("@start") + Number;
    List += (List.empty() ? "{ i32, ptr, ptr } { i32 65535, ptr "
                          : ", { i32, ptr, ptr } { i32 65535, ptr ") +
            Name + ", ptr null }";
    Functions += "define internal void " + Name +
                 "() {\n  %n = load i32, ptr @order\n"
                 "  %m = mul i32 %n, 10\n  %o = add i32 %m, " +
                 Number + "\n  store i32 %o, ptr @order\n  ret void\n}\n";
  }
  unwrap(Jit.add("@order = global i32 0\n"
                 "@llvm.global_ctors = appending global "
                 "[4 x { i32, ptr, ptr }] [" +
                 List + "]\n" + Functions +
                 "define i32 @ordered() {\n  %r = load i32, ptr @order\n"
                 "  ret i32 %r\n}\n"));
  check("the order of constructors",
        unwrap(unwrap(Jit.lookup<int()>("ordered"))()), 1234);
}

void checkReplaceable(RemoteJIT &Jit) {
  unwrap(Jit.add("@seen = global i32 0\n"
                 "define i32 @look() {\n  %r = load i32, ptr @seen\n"
                 "  ret i32 %r\n}\n"));
  auto Look = unwrap(Jit.lookup<int()>("look"));
  auto Text = [](const char *Result) {
    return std::string("@pointer = global ptr @f\n"
                       "@seen = external global i32\n"
                       "@llvm.global_ctors = appending global "
                       "[1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } "
                       "{ i32 0, ptr @start, ptr null }]\n"
                       "define internal void @start() {\n"
                       "  %f = load ptr, ptr @pointer\n"
                       "  %r = call i32 %f()\n"
                       "  store i32 %r, ptr @seen\n  ret void\n}\n"
                       "define i32 @f() {\n  ret i32 ") +
           Result + "\n}\n";
  };
  ModuleHandle Module = unwrap(Jit.add(Text("1"), {.Replaceable = true}));
  check("a constructor", unwrap(Look()), 1);
  unwrap(Jit.replace(Module, Text("2")));
  check("a constructor of what replaces", unwrap(Look()), 2);
  unwrap(Jit.restart());
  check("a constructor, after a restart", unwrap(Look()), 2);
}

} // namespace

int main(int Count, char **Arguments) {
  Executor Target =
      unwrap(Executor::launch({Arguments + 1, Arguments + Count}));
  std::printf("%s: ", Target.triple().c_str());
  JITSettings Settings;
  Settings.Lazy = true;
  RemoteJIT Jit = unwrap(RemoteJIT::create(std::move(Target), Settings));
  checkLazy(Jit);
  checkConstructors(Jit);
  checkReplaceable(Jit);
  checkTexts(Jit);
  checkVariadic(Jit);
  std::printf("%u checked, %u wrong\n", Checked, Wrong);
  return Wrong != 0;
}

// Does -fsanitize=undefined find the same, say the same and end in the same way,
// where its runtime library is loaded before the program?
//
// LD_PRELOAD is remote-run's, too, and a process cannot have two sanitizers.
// UNSUPPORTED: sanitized-executor, sanitized-controller
//
// DEFINE: %{library} = %runtimes/libclang_rt.ubsan_standalone-x86_64.so
// DEFINE: %{ubsan} = %same %s --remote=--dlopen=%{library} \
// DEFINE:   --link="-shared-libsan -Wl,-rpath,%runtimes"
// RUN: %{ubsan} --flags="-g -fsanitize=undefined" \
// RUN:   --case "3 add" --case "3 shift" --case "3 bool" --case "3 convert" \
// RUN:   --case "3 index" --case "3 null" --case "3 length" \
// RUN:   --case "3 argument" --case "1 unreachable" --case "9 throw" --case "3 none"
// RUN: %{ubsan} --levels=1 --flags="-g -fsanitize=undefined -fno-sanitize-recover=all" \
// RUN:   --case "1 add" --case "1 bool" --case "1 index" --case "9 throw" --case "3 none"
// RUN: %{ubsan} --levels=1 --flags="-fsanitize=integer,nullability,float-divide-by-zero" \
// RUN:   --case "3 truncate" --case "3 float" --case "3 none"
//
// In LD_PRELOAD, too; and its options are in the environment.
// RUN: %{ubsan} --levels=1 --flags="-g -fsanitize=undefined" \
// RUN:   --under "env LD_PRELOAD=%{library}" --remote= --case "3 add" --case "9 throw"
// RUN: %{ubsan} --levels=1 --flags="-g -fsanitize=undefined" \
// RUN:   --under "env UBSAN_OPTIONS=halt_on_error=1:exitcode=77:print_summary=0" \
// RUN:   --case "77 shift" --case "3 none"
//
// The class of an object is looked up in the program's own type information.
// RUN: %clangxx -g -fsanitize=undefined,vptr -c -emit-llvm -w %s -o %t.bc
// RUN: not %remote-run --dlopen=%{library} %t.bc class 2>&1 | FileCheck %s
// CHECK: undefined-behaviour.cpp:[[# @LINE + 19]]:{{[0-9]+}}: runtime error: member access within address {{.*}} which does not point to an object of type 'Base'
// CHECK: note: object is of type 'Other'
// CHECK: vptr for 'Other'
//
// RUN: not %remote-run --dlopen=%{library} %t.bc unreachable 2>&1 \
// RUN:   | FileCheck %s --check-prefix=UNREACHABLE
// UNREACHABLE: runtime error: execution reached an unreachable program point

#include <climits>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

struct Base { virtual ~Base() = default; int Field = 5; };
struct Other { virtual ~Other() = default; int Field = 6; };

[[gnu::noinline]] int fieldOf(Base *Object) {
  return Object->Field;
}
[[gnu::noinline]] bool flag(const unsigned char *Byte) {
  bool Result;
  std::memcpy(&Result, Byte, 1);
  return Result;
}
[[gnu::noinline]] int convert(double Value) { return static_cast<int>(Value); }
[[gnu::noinline]] int at(const int (&Table)[4], int Index) {
  return Table[Index];
}
[[gnu::noinline]] int end(int Value) {
  if (Value > 0)
    return 1;
  __builtin_unreachable();
}
[[gnu::noinline, gnu::returns_nonnull]] char *nonnull(char *Text) {
  return Text;
}
[[gnu::noinline, gnu::nonnull]] int take(char *Text) { return Text != nullptr; }

int main(int Count, char **Values) {
  std::string_view What = Values[1];
  static const int Table[5] = {1, 2, 3, 4, 5};
  volatile int Zero = 0, Big = INT_MAX, Minus = -1;
  unsigned char Two = 2;
  Other Object;
  char *None = Zero ? Values[0] : nullptr;
  long Result = 0;
  try {
    if (What == "add")
      Result = Big + Count;
    else if (What == "shift")
      Result = 1 << (31 + Count);
    else if (What == "class")
      Result = fieldOf(reinterpret_cast<Base *>(&Object));
    else if (What == "bool")
      Result = flag(&Two);
    else if (What == "convert")
      Result = convert(1e20) != 0;
    else if (What == "index")
      Result = at(*reinterpret_cast<const int (*)[4]>(&Table), 4);
    else if (What == "null")
      Result = nonnull(None) == nullptr;
    else if (What == "argument")
      Result = take(None);
    else if (What == "length")
      Result = sizeof(char[Minus + 1]);
    else if (What == "unreachable")
      Result = end(Zero);
    else if (What == "truncate")
      Result = static_cast<unsigned char>(Big);
    else if (What == "float")
      Result = 1.0 / Zero > 5;
    else if (What == "throw")
      Result = std::vector<int>().at(4) + (Big + Count);
  } catch (const std::exception &E) {
    std::puts(E.what());
    return 9;
  }
  std::printf("%ld\n", Result);
  return 3;
}

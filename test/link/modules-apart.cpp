// Is a program of several modules the same where the object cache has an object
// for each of them, as lli's has?
//
// RUN: %split %s %t
// RUN: rm -rf %t.cache
// RUN: %linked --link=-pthread --status 7 \
// RUN:   --remote="-enable-cache-manager -object-cache-dir=%t.cache" \
// RUN:   main=%t/main.cpp module=%t/one.cpp module=%t/two.cpp object=%t/three.cpp
// RUN: find %t.cache -name '*.o' | sed 's,.*/,,' | sort -u | FileCheck %s
// CHECK: one.cpp.o
// CHECK-NEXT: prog.o
// CHECK-NEXT: two.cpp.o
//
// RUN: %linked --link=-pthread --status 7 --flags=-DNO_ALIAS \
// RUN:   --remote="-enable-cache-manager -object-cache-dir=%t.cache -emulated-tls" \
// RUN:   main=%t/main.cpp module=%t/one.cpp module=%t/two.cpp module=%t/three.cpp
//
// A definition too many names both files.
// RUN: %linked --fails --remote="-enable-cache-manager -object-cache-dir=%t.cache" \
// RUN:   main=%t/main.cpp module=%t/one.cpp module=%t/two.cpp module=%t/one2.cpp \
// RUN:   object=%t/three.cpp | FileCheck %s --check-prefix=DUPLICATE
// DUPLICATE: duplicate symbol: {{.*}}one
// DUPLICATE-DAG: one.cpp.bc
// DUPLICATE-DAG: one2.cpp.bc
//
// One module has changed: it is compiled again, and the other is not.
// RUN: mkdir -p %t/edit
// RUN: %clangxx -O1 -c -emit-llvm %t/main.cpp -o %t/edit/main.bc
// RUN: %clangxx -O1 -c -emit-llvm %t/one.cpp -o %t/edit/one.bc
// RUN: %clangxx -O1 -c -emit-llvm %t/two.cpp -o %t/edit/two.bc
// RUN: %python %S/Inputs/edited.py %bare-remote-run %t/edit

//--- shared.h
#include <cstdio>
#include <stdexcept>
#include <string>
extern thread_local int Shared;
extern __thread int OfObject;
extern __thread int Alias;
extern thread_local std::string Name;
__attribute__((weak)) const char *which();
int one();
int two();
inline int &counter() {
  static int Value = 0;
  return Value;
}
struct Noisy {
  explicit Noisy(const char *Text) { std::puts(Text); }
};
// Another in each module.
static int pick() { return ++counter(); }
//--- main.cpp
#include "shared.h"
static Noisy First("main constructed");
thread_local int Shared = 3;
const char *which() { return "weak in main"; }
int main() {
  std::printf("%s %d %d %d\n", which(), one(), two(), pick());
  std::printf("%d %s %d\n", Shared, Name.c_str(), counter());
  return 7;
}
//--- one.cpp
#include "shared.h"
static Noisy Second("one constructed");
thread_local std::string Name = "named in one";
#ifdef NO_ALIAS // LLVM does not emulate those.
__thread int Alias = 1000;
#else
extern "C" __thread int Aliased = 1000;
extern __thread int Alias __attribute__((alias("Aliased")));
#endif
int one() {
  try {
    Shared += 10;
    pick();
    throw std::runtime_error("from one");
  } catch (const std::exception &E) {
    std::puts(E.what());
    return pick();
  }
}
//--- two.cpp
#include "shared.h"
static Noisy Third("two constructed");
__attribute__((weak)) const char *which() { return "weak in two"; }
int two() {
  Shared += 100 + OfObject++ + Alias++;
  return pick() + static_cast<int>(Name.size());
}
//--- one2.cpp
int one() { return 1; }
//--- three.cpp
__thread int OfObject = 5;
int three() { return 3; }

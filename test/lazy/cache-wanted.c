// Is a program that was compiled again, since a library refers to what it does not use
// itself, found by the next run as it was in the end, and not compiled in part first?
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -O1 -c -emit-llvm %s -o prog.bc
// RUN: %clang -shared -fPIC -DLIBRARY %s -o library.so
// DEFINE: %{run} = %remote-run --lazy=on --cache=cache --stats --dlopen=./library.so prog.bc
// RUN: %{run} > out 2> stats && FileCheck %s --input-file=out
// CHECK: {{^}}42
// RUN: %{run} > out 2> stats && FileCheck %s --input-file=out
// RUN: FileCheck %s --check-prefix=FOUND --input-file=stats
// FOUND: cache misses {{ *}}0
// RUN: %{run} > out 2> stats && FileCheck %s --input-file=out
// RUN: grep 'stats: linked  *before' stats
//
// The same without late functions.
// RUN: %remote-run --cache=other --dlopen=./library.so prog.bc | FileCheck %s
// RUN: %remote-run --cache=other --stats --dlopen=./library.so prog.bc > out 2> stats
// RUN: FileCheck %s --input-file=out && grep 'cache misses  *0' stats
// RUN: %remote-run --cache=other --stats --dlopen=./library.so prog.bc > out 2> stats
// RUN: FileCheck %s --input-file=out && grep 'stats: linked  *before' stats
//
// Another library refers to more.
// RUN: %clang -shared -fPIC -DLIBRARY -DMORE %s -o library.so
// RUN: %{run} > out 2> stats && FileCheck %s --check-prefix=MORE --input-file=out
// RUN: %{run} > out 2> stats && FileCheck %s --check-prefix=MORE --input-file=out
// RUN: grep 'cache misses  *0' stats
// MORE: {{^}}43

#include <stdio.h>

#ifdef LIBRARY
int unused(void);
int more(void);
int answer(void) {
#ifdef MORE
  return unused() + more() + 1;
#else
  return unused() + 1;
#endif
}
#else
int answer(void);
int unused(void) { return 41; }
int more(void) { return 1; }
int main(void) {
  printf("%d\n", answer());
  return 0;
}
#endif

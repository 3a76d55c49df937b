// Has a crash its lines where it is in fast code of an earlier run, and the cache has
// better code of the function by now?
//
// RUN: %clang -g -O1 -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/improved.py %t.cache %bare-remote-run %t.bc | FileCheck %s
// Nothing but remote-run says anything.
// CHECK-NOT: {{^[^r]}}
// CHECK: stats: linked before
// CHECK: stats: optimized 2
// CHECK: null pointer write at 0x0
// CHECK-NEXT: thread
// CHECK-NEXT: #0 waits at {{.*}}improved-lines.c:[[#@LINE+11]]:
// CHECK-NEXT: #1 main at {{.*}}improved-lines.c:[[#@LINE+14]]:

#include <stdio.h>

__attribute__((noinline)) static int waits(int Before) {
  char Line[16] = "";
  puts("running");
  fflush(stdout);
  if (!fgets(Line, sizeof(Line), stdin))
    return Before;
  *(volatile int *)0 = Before;
  return Line[0];
}

int main(int Count, char **Arguments) { return waits(Count) * 3 + 1; }

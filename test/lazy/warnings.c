// Does somebody hear of what LLVM warns of in a function that is compiled when it is
// called: once, when the program has ended?
//
// RUN: %clang -c -emit-llvm -Wframe-larger-than=256 %s -o %t.bc
// RUN: %remote-run --lazy=on -O0 %t.bc large > %t.out 2>&1
// RUN: FileCheck %s --input-file=%t.out
// CHECK: {{^}}7
// CHECK: warning: {{.*}}stack frame size{{.*}}'large'
// CHECK-NOT: warning
// RUN: %remote-run --lazy=off -O0 %t.bc large 2>&1 | FileCheck %s --check-prefix=FIRST
// FIRST: warning: {{.*}}stack frame size{{.*}}'large'
// FIRST: {{^}}7

#include <stdio.h>

__attribute__((noinline)) static int large(int At) {
  volatile char Much[4096];
  Much[At] = 7;
  return Much[At];
}

int main(int Count, char **Words) {
  printf("%d\n", Count > 1 ? large(Count) : 0);
  fflush(stdout);
  return 0;
}

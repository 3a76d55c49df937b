// Is a report of a deep recursion short, and does it end at main?
// UNSUPPORTED: sanitized-executor
// RUN: %clang -g -O0 -c -emit-llvm %s -o %t.bc
// RUN: not %remote-run --signal-exit-status --disable-core-files %t.bc 100 2>&1 | FileCheck %s --check-prefix=HUNDRED
// RUN: not %remote-run --signal-exit-status --disable-core-files %t.bc 1000000000 2>&1 | FileCheck %s --check-prefix=OVERFLOW

#include <stdlib.h>

static int odd(volatile int *left);
static int even(volatile int *left) {
  --*left;
  return *left == 0 ? *(volatile int *)0 : odd(left) + *left;
}
static int odd(volatile int *left) {
  --*left;
  return *left == 0 ? *(volatile int *)0 : even(left) + *left;
}

int main(int argc, char **argv) {
  volatile int left = atoi(argv[1]);
  return even(&left);
}

// HUNDRED: null pointer read at 0x0
// HUNDRED-NEXT: thread
// HUNDRED-NEXT: #0 odd at {{.*}}recursion.c:[[# @LINE - 10]]:23
// HUNDRED-NEXT: #1 even at {{.*}}recursion.c:[[# @LINE - 15]]:44
// HUNDRED-NEXT: #2 odd at {{.*}}recursion.c:[[# @LINE - 12]]:44
// HUNDRED-NEXT: ... (the 2 frames above, 48 more times)
// HUNDRED-NEXT: #99 even at {{.*}}recursion.c:[[# @LINE - 18]]:44
// HUNDRED-NEXT: #100 main at {{.*}}recursion.c:[[# @LINE - 10]]:10
// HUNDRED-NOT: {{.}}

// OVERFLOW: (SIGSEGV, Segmentation fault): stack overflow
// OVERFLOW-NEXT: thread
// OVERFLOW-NEXT: #0
// OVERFLOW: ... (the 2 frames above, {{[0-9]+}} more times)
// OVERFLOW: ... (and more frames)
// OVERFLOW-NOT: {{.}}

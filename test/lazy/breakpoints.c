// Functions with assembly that is known to be right come late, too, and do the same.
// RUN: %same --status 0 --remote=--lazy=on %s
// RUN: %clang -O2 -c -emit-llvm %s -o %t.bc
// RUN: %remote-run --lazy=on --stats %t.bc 2>&1 | FileCheck %s
// CHECK: late functions {{ *}}4{{$}}
#include "Inputs/large.h"
#include <signal.h>
#include <stdio.h>

#define LATE __attribute__((noinline))

static volatile sig_atomic_t Stops;
static void handle(int Signal) {
  LARGE;
  Stops = Stops + 1;
}
LATE static int stop(int X) {
  asm volatile("int3");
  asm volatile("int $0x03");
  return X + 1;
}
LATE static int spin(int X) {
  while (--X > 0)
    asm volatile("pause" ::: "memory");
  asm volatile("mfence" ::: "memory");
  return X + 2;
}

int main(void) {
  signal(SIGTRAP, handle);
  printf("%d %d\n", stop(1), spin(10));
  printf("stopped %d times\n", Stops);
  return 0;
}

// Does an interpreter that jumps by a table of its own places run as natively
// when it comes late, also one that keeps places for its next call, or shows them
// to others?
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -O1 %s -o native && ./native > expected
// RUN: FileCheck %s --input-file expected
// RUN: %clang -O1 -c -emit-llvm %s -o prog.bc
// RUN: %clang -O0 -c -emit-llvm %s -o plain.bc
// RUN: %clang -O1 -g -c -emit-llvm %s -o lines.bc
// RUN: %remote-run --lazy=on prog.bc | diff expected -
// RUN: %remote-run --lazy=on -O0 prog.bc | diff expected -
// RUN: %remote-run --lazy=on -j1 prog.bc | diff expected -
// RUN: %remote-run --lazy=on plain.bc | diff expected -
// RUN: %remote-run --lazy=on lines.bc | diff expected -
// RUN: %remote-run --lazy=on --stdio=forward prog.bc | diff expected -
// What was compiled late is there in the next run.
// RUN: env REMOTE_RUN_CACHE=%t/cache %remote-run --lazy=on prog.bc | diff expected -
// RUN: env REMOTE_RUN_CACHE=%t/cache %remote-run --lazy=on --stats prog.bc 2> stats | diff expected -
// RUN: FileCheck %s --check-prefix HIT --input-file stats
// CHECK: switched 11
// CHECK-NEXT: threaded 11 11
// CHECK-NEXT: kept 11 11
// CHECK-NEXT: shown 11
// CHECK-NEXT: distances 11
// HIT: late in the cache {{ *}}3
#include "Inputs/large.h"
#include <stdio.h>

enum { Add, Double, Jump, Stop };
static const unsigned char Code[] = {Add, Add, Double, Add, Double, Add, Stop};

/// The table is of this function alone.
__attribute__((noinline)) static int threaded(const unsigned char *At) {
  static const void *const Places[] = {&&Added, &&Doubled, &&Jumped, &&Stopped};
  int X = 0;
  goto *Places[*At++];
Added:
  X += 1;
  goto *Places[*At++];
Doubled:
  X *= 2;
  goto *Places[*At++];
Jumped:
  At += *At;
  goto *Places[*At++];
Stopped:
  return X;
}

/// It leaves places for its next call.
__attribute__((noinline)) static int keeps(const unsigned char *From) {
  static const void *Program[16];
  static int IsReady;
  if (!IsReady) {
    static const void *const Places[] = {&&Added, &&Doubled, 0, &&Stopped};
    for (int I = 0; I != sizeof(Code); ++I)
      Program[I] = Places[From[I]];
    IsReady = 1;
  }
  const void **At = Program;
  int X = 0;
  goto **At++;
Added:
  X += 1;
  goto **At++;
Doubled:
  X *= 2;
  goto **At++;
Stopped:
  return X;
}

/// Others see them.
const void *const *Seen;
__attribute__((noinline)) static int shows(const unsigned char *From) {
  static const void *const Places[] = {&&Added, &&Doubled, 0, &&Stopped};
  int X = 0;
  Seen = Places;
  goto *Places[*From++];
Added:
  X += 1;
  goto *Seen[*From++];
Doubled:
  X *= 2;
  goto *Seen[*From++];
Stopped:
  return X;
}

/// As the manual of GCC has it for libraries.
__attribute__((noinline)) static int distances(const unsigned char *From) {
  static const int Places[] = {&&Added - &&Added, &&Doubled - &&Added, 0,
                               &&Stopped - &&Added};
  int X = 0;
  goto *(&&Added + Places[*From++]);
Added:
  X += 1;
  goto *(&&Added + Places[*From++]);
Doubled:
  X *= 2;
  goto *(&&Added + Places[*From++]);
Stopped:
  return X;
}

__attribute__((noinline)) static int switched(const unsigned char *At) {
  int X = 0;
  while (1)
    switch (*At++) {
    case Add:
      X += 1;
      break;
    case Double:
      X *= 2;
      break;
    case Jump:
      At += *At;
      break;
    case Stop:
      return X;
    }
}

int main(void) {
  printf("switched %d\n", switched(Code));
  int Once = threaded(Code);
  printf("threaded %d %d\n", Once, threaded(Code));
  Once = keeps(Code);
  printf("kept %d %d\n", Once, keeps(Code));
  printf("shown %d\n", shows(Code));
  printf("distances %d\n", distances(Code));
  return 0;
}

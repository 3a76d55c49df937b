// Does the report name the check of -fsanitize-trap that failed?
//
// Every case is one check; what its number is called, clang's headers say. With
// debug information, a newer clang says why itself.
// UNSUPPORTED: sanitized-executor
// RUN: %clang -w -O1 -fsanitize=undefined,float-cast-overflow -fsanitize-trap=all -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/causes.py %s %bare-remote-run --disable-core-files %t.bc
// RUN: %clang -w -O1 -g -fsanitize=undefined -fsanitize-trap=all -c -emit-llvm %s -o %t.bc
// RUN: not %remote-run --signal-exit-status --disable-core-files %t.bc 1 2>&1 | FileCheck %s

#include <limits.h>
#include <stdlib.h>

volatile int Largest = INT_MAX, Smallest = INT_MIN, Zero, MinusOne = -1;
volatile int Hundred = 100;
int Array[4];
int *volatile Null;
volatile double Huge = 1e300;
volatile unsigned char NoBool = 2;
static __attribute__((noinline)) char *pass(char *given)
    __attribute__((returns_nonnull));
static __attribute__((noinline)) char *pass(char *given) { return given; }
__attribute__((noinline)) int take(char *given) __attribute__((nonnull));
int take(char *given) { return given == Array; }

int main(int argc, char **argv) {
  switch (atoi(argv[1])) {
  case 1: return Largest + Hundred; // sanitizer trap: addition overflow
  case 2: return Smallest - Hundred; // sanitizer trap: subtraction overflow
  case 3: return Largest * Hundred; // sanitizer trap: multiplication overflow
  case 4: return -Smallest; // sanitizer trap: negation overflow
  case 5: return Smallest / MinusOne; // sanitizer trap: division by zero or overflow
  case 6: return Hundred / Zero; // sanitizer trap: division by zero or overflow
  case 7: return 1 << Hundred; // sanitizer trap: shift exponent or operand out of range
  case 8: return Array[Hundred]; // sanitizer trap: array index out of bounds
  case 9: return *Null; // sanitizer trap: access through a null or misaligned pointer, or to too small an object
  case 10: __builtin_unreachable(); // sanitizer trap: __builtin_unreachable() was reached
  case 11: { // sanitizer trap: variable-length array bound is not positive
    int sized[MinusOne];
    return (int)(long)sized;
  }
  case 12: return (int)Huge; // sanitizer trap: floating-point value out of range of the integer type
  case 13: return __builtin_clz(Zero); // sanitizer trap: invalid argument of a builtin function
  case 14: return *(_Bool *)&NoBool; // sanitizer trap: load of a value that is invalid for its type
  case 15: return pass((char *)(long)Zero) != 0; // sanitizer trap: null returned from a function declared returns_nonnull
  case 16: return take((char *)(long)Zero); // sanitizer trap: null argument for a parameter declared nonnull
  }
  return 0;
}

// A frame that is there only to say why is none of the program's.
// CHECK: (SIG{{ILL, Illegal instruction|TRAP, Trace/breakpoint trap}}): {{(sanitizer trap: addition overflow|Undefined Behavior Sanitizer: .*)$}}
// CHECK-NEXT: thread
// CHECK-NEXT: #0 main at {{.*}}sanitizer-traps.c:[[# @LINE - 26]]:{{[0-9]+$}}
// CHECK-NOT: {{.}}

// Does gdb, attached to the executor, stop in a C program's source and see what
// is there, as it does natively?
//
// By function and by line, arguments, locals, static and extern globals, and the
// way through libc and back.
// The executor of an instrumented build has frames with lines of its own.
// UNSUPPORTED: sanitized-controller
// RUN: %debug --flags="-g -O0" %s | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: %debug --flags="-g -O2" %s | FileCheck %s
// RUN: %debug --flags="-g -O0 -gdwarf-4 -fdebug-types-section" %s | FileCheck %s --check-prefixes=CHECK,PLAIN
//
// With the code in many parts.
// RUN: %debug --flags="-g -O0" --remote=--part-size=1 %s | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: %debug --flags="-g -O2" --remote=--part-size=1 %s | FileCheck %s
//
// From the cache, where there is no IR.
// RUN: rm -rf %t.cache
// RUN: %debug --flags="-g -O0" --remote="--cache=%t.cache" --times=2 %s | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: %debug --flags="-g -O0" --remote="--cache=%t.cache --part-size=1" --times=2 %s | FileCheck %s --check-prefixes=CHECK,PLAIN
//
// In a native object, the debug information compressed or not.
// RUN: %debug --flags="-g -O0" --extra-object %s | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: %debug --flags="-g -O0 -gz" --extra-object %s | FileCheck %s --check-prefixes=CHECK,PLAIN
//
// With functions that are compiled when they are called.
// RUN: %debug --flags="-g -O0" --remote=--lazy=on %s | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: %debug --flags="-g -O2" --remote=--lazy=on %s | FileCheck %s
//
// And where gdb starts remote-run and follows its child.
// RUN: %debug --flags="-g -O0" --way=launch %s | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: %debug --flags="-g -O2" --way=launch --remote=--part-size=1 %s | FileCheck %s
//
// And where remote-run becomes gdb.
// RUN: %debug --flags="-g -O0" --way=option %s | FileCheck %s --check-prefixes=CHECK,PLAIN
// RUN: %debug --flags="-g -O2" --way=option --remote=--part-size=1 %s | FileCheck %s

/* GDB
break sort_and_sum
break stops.c:@IN-COMPARE@
--
info args
print weights
print origin
print &common_to_all != 0
print common_to_all
continue
bt
frame function sort_and_sum
info locals
print calls
print weights
delete
continue
print $_exitcode
*/

#include <stdio.h>
#include <stdlib.h>

struct point {
  int x;
  double y;
};

int weights[3] = {3, 1, 2};
static int calls = 40;
struct point origin = {5, 2.5};
int common_to_all __attribute__((common));

static int compare(const void *first, const void *second) {
  int left = *(const int *)first, right = *(const int *)second;
  ++calls; // IN-COMPARE
  return left - right;
}

__attribute__((noinline)) int sort_and_sum(int base, struct point offset,
                                           const char *name) {
  int sum = base + offset.x;
  qsort(weights, 3, sizeof(weights[0]), compare);
  for (int i = 0; i < 3; ++i)
    sum += weights[i] * (i + 1);
  printf("%s %d %d\n", name, sum, calls);
  return sum;
}

int main(int argc, char **argv) {
  common_to_all = 77;
  return sort_and_sum(argc + 1, origin, "sum") - 20;
}

//       CHECK: Breakpoint 1, sort_and_sum (
//       CHECK: >>> info args
//  CHECK-NEXT: base = 2
//  CHECK-NEXT: offset = {x = 5, y = {{(2.5|<synthetic pointer>|<optimized out>)}}}
//       CHECK: $1 = {3, 1, 2}
//       CHECK: $2 = {x = 5, y = 2.5}
//       CHECK: $3 = 1
//       CHECK: $4 = 77
//       CHECK: Breakpoint 2, compare ({{.*}}) at {{.*}}stops.c:[[IN:[0-9]+]]
//  CHECK-NEXT: [[IN]]{{.*}}++calls;
//       CHECK: >>> bt
//  CHECK-NEXT: #0 compare ({{.*}}) at {{.*}}stops.c:[[IN]]
//       CHECK: qsort
//       CHECK: sort_and_sum (base={{.*}}) at {{.*}}stops.c:
//  CHECK-NEXT: main (argc={{.*}}) at {{.*}}stops.c:
//   CHECK-NOT: remoterun
//       CHECK: >>> info locals
//  PLAIN-NEXT: sum = 7
//       CHECK: $5 = 40
//       CHECK: >>> print $_exitcode
//  CHECK-NEXT: = 1

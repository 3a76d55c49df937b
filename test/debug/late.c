// Does gdb find functions that are compiled while the program runs, as it finds
// those that were there before?
//
// Breakpoints by name and by line are set before there is any function but main;
// then: where the program is, what is in variables of all kinds, into functions at
// their first call and at others, and out of them.
// The executor of an instrumented build has frames with lines of its own.
// UNSUPPORTED: sanitized-controller
// RUN: %debug --flags="-g -O0" --remote=--lazy=on %s | FileCheck %s
// RUN: %debug --flags="-g -O0 -gdwarf-4" --remote="--lazy=on -j1" %s | FileCheck %s
// RUN: %debug --flags="-g -O0" --remote=--lazy=on --way=option %s | FileCheck %s
//
// They are late: nobody has said that they were not.
// RUN: %clang -g -O0 -c -emit-llvm %s -o %t.bc
// RUN: not %remote-run --debugger-support --lazy=on --stats %t.bc 2>&1 | FileCheck %s --check-prefix=LATE
// LATE: late functions
//
// From the cache, in which other runs have found other functions.
// RUN: rm -rf %t.cache
// RUN: %debug --flags="-g -O0" --remote="--lazy=on --cache=%t.cache" --times=3 %s | FileCheck %s

/* GDB
break middle
break late.c:@IN-LEAF@
tbreak other
--
bt
info args
next
step
bt 2
next
info locals
print *place
print counter
print calls
print weights
whatis place
ptype struct point
finish
continue
up
print here
print got
down
delete 1
delete 2
continue
step
bt
finish
print $_exitcode
continue
print $_exitcode
*/

#include <stdio.h>
#include <string.h>

struct point {
  int x;
  double y;
  const char *name;
};
enum color { RED, GREEN };
int middle(int a, const char *name);
double other(double first, struct point second);

// Before what is late: gdb before its version 15 takes, for a line that it does not
// know yet, the next that it knows.
int main(int argc, char **argv) {
  int result = middle(argc + 1, "one");
  struct point there = {4, 1.5, "there"};
  result += (int)other(0.5, there);
  return result & 63;
}

static int calls = 40;
int weights[3] = {3, 1, 2};

__attribute__((noinline)) static int leaf(struct point *place, int n) {
  static int counter = 5;
  enum color paint = n > 1 ? GREEN : RED;
  counter += n; // IN-LEAF
  calls += paint == GREEN;
  if (place->y > 100)
    return (int)strlen(place->name) + counter * 3 - (int)place->y + calls;
  return place->x + counter;
}

__attribute__((noinline)) int middle(int a, const char *name) {
  struct point here = {a, 2.5, name};
  int got = leaf(&here, a);
  for (int i = 0; i < 3; i++)
    got += weights[i] * (i + 1) - (int)here.y;
  printf("%s %d\n", name, got);
  got += leaf(&here, 1);
  return got;
}

__attribute__((noinline)) double other(double first, struct point second) {
  double sum = first + second.x;
  for (int i = 0; i < 3; i++)
    sum += second.y * weights[i];
  return sum + leaf(&second, 3) + strlen(second.name);
}

// CHECK: Breakpoint {{[0-9]}}, middle (a=2, name={{.*}}"one") at {{.*}}late.c
// CHECK: >>> step
// CHECK: leaf (place={{.*}}, n=2) at {{.*}}late.c
// CHECK: >>> info locals
// CHECK: counter = 5
// CHECK: paint = GREEN
// CHECK: >>> print *place
// CHECK-NEXT: = {x = 2, y = 2.5, name = {{.*}}"one"}
// CHECK: >>> print weights
// CHECK-NEXT: = {3, 1, 2}
// CHECK: >>> finish
// CHECK: Value returned

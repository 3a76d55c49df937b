// Does gdb print each thread's thread-local variables?
//
// An instrumented executor has more of its own, at another place.
// UNSUPPORTED: sanitized-executor
//
// RUN: %debug --flags="-g -O0" %s | FileCheck %s
// RUN: %debug --flags="-g -O0" --remote=--part-size=1 %s | FileCheck %s
// RUN: %debug --flags="-g -O0" --extra-object %s | FileCheck %s
// RUN: %debug --flags="-g -O2 -gdwarf-4 -fPIC" --extra-object %s | FileCheck %s

/* GDB
break stop
--
print number
print list
print file_local
continue
print number
print list
print file_local
delete
continue
*/

#include <pthread.h>

_Thread_local int list[3] = {1, 2, 3};
_Thread_local int number = 5;
static _Thread_local long file_local;
volatile int stops;

__attribute__((noinline)) void stop(long value) {
  file_local += value;
  list[1] *= 10;
  ++stops;
}

static void *run(void *unused) {
  number += 100;
  list[0] = 9;
  stop(60);
  return unused;
}

int main(int argc, char **argv) {
  pthread_t thread;
  file_local = argc;
  number += argc;
  stop(argc);
  pthread_create(&thread, 0, run, 0);
  pthread_join(thread, 0);
  return number + list[1] + (int)file_local;
}

// CHECK: $1 = 6
// CHECK: $2 = {1, 2, 3}
// CHECK: $3 = 1
// CHECK: Breakpoint 1, stop (value={{.*}}60)
// CHECK: $4 = 105
// CHECK: $5 = {9, 2, 3}
// CHECK: $6 = 0

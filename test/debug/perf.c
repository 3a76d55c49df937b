// Do perf report and perf annotate name the program's functions and source lines?
//
// REQUIRES: perf-counts
//
// RUN: %clang -O1 -g -c -emit-llvm %s -o %t.bc
// RUN: rm -rf %t.home %t.cache
// RUN: env JITDUMPDIR=%t.home perf record -q -e %perf-event -o %t.data %bare-remote-run %t.bc >%t.output
// RUN: perf report -f -i %t.data --stdio --no-children -s dso,symbol >%t.report
// RUN: FileCheck %s --input-file=%t.report
// CHECK-DAG: perf.c.tmp {{.*}}[.] spin
// CHECK-DAG: perf.c.tmp {{.*}}[.] whirl
//
// RUN: perf annotate -f -i %t.data --stdio -l spin >%t.annotated
// RUN: FileCheck %s --input-file=%t.annotated --check-prefix=LINES
//
// What a program that is compiled in parts does, and one from the cache, and one
// without an image.
// RUN: env JITDUMPDIR=%t.home perf record -q -e %perf-event -o %t.data %bare-remote-run --cache=%t.cache --part-size=1 %t.bc | diff - %t.output
// RUN: env JITDUMPDIR=%t.home perf record -q -e %perf-event -o %t.data %bare-remote-run --cache=%t.cache --part-size=1 %t.bc | diff - %t.output
// RUN: perf report -f -i %t.data --stdio --no-children -s dso,symbol | FileCheck %s
// RUN: env JITDUMPDIR=%t.home perf record -q -e %perf-event -o %t.data %bare-remote-run --image=false %t.bc | diff - %t.output
// RUN: perf report -f -i %t.data --stdio --no-children -s dso,symbol | FileCheck %s
//
// In a folder of somebody's choice, for a perf that records the whole machine.
// RUN: rm -rf %t.folder
// RUN: perf record -q -a -e %perf-event -o %t.data %bare-remote-run --perf=%t.folder %t.bc | diff - %t.output
// RUN: ls %t.folder/remote-run-*/perf.c.tmp
// RUN: perf report -f -i %t.data --stdio --no-children -s dso,symbol | FileCheck %s

#include <stdio.h>

__attribute__((noinline)) static unsigned spin(unsigned n) {
  unsigned x = 1;
  // One line, so that it has the time of the loop whatever was sampled of it.
  for (unsigned i = 0; i < n; ++i) x = x * 1664525u + i;
  // LINES: Sorted summary
  // LINES: perf.c:[[#@LINE-2]]
  // LINES: x = x * 1664525u + i;
  return x;
}

__attribute__((noinline)) unsigned whirl(unsigned n) {
  unsigned y = 3;
  for (unsigned i = 0; i < n; ++i)
    y ^= y << 13, y ^= y >> 17, y ^= y << 5;
  return y;
}

int main(void) {
  printf("%u\n", spin(60000000) + whirl(60000000));
  return 0;
}

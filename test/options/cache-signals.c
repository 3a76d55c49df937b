// Does a cache leave remote-run's signals as they are without it, and a crash of the
// compiler a diagnostic?
//
// UNSUPPORTED: late-signals
// RUN: rm -rf %t && mkdir %t
// RUN: %clang -O1 -c -emit-llvm %s -o %t/pause.bc
// RUN: %python %inputs/cache_signals.py %t %bare-remote-run %t/pause.bc

#include <stdio.h>

int main(void) {
  puts("waiting");
  fflush(stdout);
  getchar();
  return 5;
}

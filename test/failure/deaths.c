// Is the death of the guest by any signal 128 + N and one diagnostic?
// RUN: %clang -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/deaths.py %bare-remote-run %t.bc

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int number = atoi(argv[1]);
  puts("before");
  fflush(stdout);
  signal(number, SIG_DFL);
  kill(getpid(), number);
  return 0;
}

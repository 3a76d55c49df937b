// Does remote-run end as the guest ended, of any signal that ends a process, and
// tell of it once?
// RUN: %clang %s -o %t.native
// RUN: %clang -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/deaths.py %bare-remote-run %t.bc %t.native
//
// RUN: not --crash %remote-run --no-core --symbolize=off %t.bc 11 2>&1 | FileCheck %s
// RUN: not %remote-run --no-core --symbolize=off --signal-exit-status %t.bc 11 2>&1 | FileCheck %s
// CHECK: before
// CHECK-NEXT: was killed by signal 11 (SIGSEGV, Segmentation fault)

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// By the kernel's calls: libc has none for the signals that it keeps for itself.
int main(int argc, char **argv) {
  int number = atoi(argv[1]);
  puts("before");
  fflush(stdout);
  unsigned long only = 1ul << (number - 1), nothing[8] = {0};
  syscall(SYS_rt_sigaction, number, nothing, NULL, sizeof(only));
  syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &only, NULL, sizeof(only));
  syscall(SYS_kill, getpid(), number);
  return 0;
}

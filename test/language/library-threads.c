// Do threads that a library's constructor has started find the program's
// thread-local variables as they must be, whatever the threads do meanwhile?
// /proc counts a thread of qemu-user's own, and may still count one that was joined:
// the native program tells of two threads, or three.
// UNSUPPORTED: on-other-machine, emulated-host
// RUN: %clang -O1 -shared -fPIC %S/Inputs/library-threads.c -o %t.so
// RUN: %same --status 0 --link=%t.so --remote=--dlopen=%t.so %s
//
// And where what new threads start with cannot be changed, that is said: the
// executable's own pages, which do not lie in the slab, nor near the libraries.
// RUN: %clang -O1 -c -emit-llvm %s -o %t.bc
// RUN: sh -c '%python %tools/refuse.py --upper=0:0x5500:0x56ff --only=2:3:3 mprotect \
// RUN:   %bare-remote-run --stub=%remote-stub --dlopen=%t.so %t.bc; echo "status $?"' 2>&1 | FileCheck %s
// CHECK: cannot change what new threads start with: Operation not permitted
// CHECK-NEXT: status 127

#include <signal.h>
#include <stdio.h>
#include <string.h>

void call_in_threads(void (*function)(int));

static __thread int numbers[100] = {1, 2, 3};
static __thread const char *text = "text";
static __thread int zero;
static int seen[4];

static void look(int which) {
  seen[which] = numbers[2] * 10 + numbers[99] + !strcmp(text, "text") + zero++;
  numbers[2] = 0;
}

int main(void) {
  look(0);
  printf("main: %d\n", seen[0]);
  call_in_threads(look);
  for (int which = 0; which != 4; ++which)
    printf("%d: %d\n", which, seen[which]);
  printf("main: %d %d\n", numbers[2], zero);
  // Nothing of the way there is left.
  FILE *status = fopen("/proc/self/status", "r");
  for (char line[256]; fgets(line, sizeof line, status);)
    if (!strncmp(line, "SigIgn:", 7) || !strncmp(line, "Threads:", 8))
      fputs(line, stdout);
  struct sigaction urgent;
  sigaction(SIGURG, 0, &urgent);
  printf("%d %x\n", urgent.sa_handler == SIG_DFL, urgent.sa_flags & 0xffff);
  return 0;
}

// Does the report say why the program crashed?
//
// Every case is a cause; the comment beside it says what the report must call
// it, and the script runs them all.
// (What only one kind of machine has is in the files that have its name.)
// UNSUPPORTED: sanitized-executor
// RUN: %clang -O0 -fno-stack-protector -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/causes.py %s %bare-remote-run --disable-core-files %t.bc

#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct Pair { long first, second; };
static const int Constant[4] = {1, 2, 3, 4};
int Data[4];
volatile uintptr_t Null = 0;

static int overflow(volatile char *above) {
  volatile char here[512];
  here[0] = above[0];
  return overflow(here) + here[0];
}
static int overflowAtOnce(void) {
  volatile char here[64 << 20];
  here[0] = 1;
  return here[0];
}
typedef void Function(void);
static void call(uintptr_t address) { ((Function *)address)(); }

int main(int argc, char **argv) {
  switch (atoi(argv[1])) {
  // Memory that is not there.
  case 1: return ((volatile struct Pair *)Null)->second; // null pointer read at 0x8
  case 2: ((volatile struct Pair *)Null)->second = 1; break; // null pointer write at 0x8
  case 3: call(Null); break; // call of a null pointer
  case 4: call(0x1234); break; // jump to 0x1234, near null
  case 5: return *(volatile char *)0xffff; // null pointer read at 0xffff
  case 6: return *(volatile char *)0x123456789012; // read at unmapped address 0x123456789012
  case 7: *(volatile char *)0x123456789012 = 1; break; // write at unmapped address 0x123456789012
  case 8: call(0x123456789012); break; // jump to unmapped address 0x123456789012
  case 15: { // read beyond the end of a mapped file at 0x*
    FILE *empty = tmpfile();
    return *(volatile char *)mmap(NULL, 1, PROT_READ, MAP_PRIVATE,
                                  fileno(empty), 0);
  }
  // Memory that is there, for something else.
  case 20: *(volatile int *)&Constant[2] = 1; break; // write to read-only data at 0x* ('Constant'+0x8)
  case 21: *(volatile char *)call = 1; break; // write to the program's code at 0x* ('call')
  case 22: // write to read-only memory of '*libc.so.6' at 0x*
    *(volatile char *)(uintptr_t)puts = 1;
    break;
  case 23: call((uintptr_t)Data); break; // execution of data at 0x* ('Data')
  case 24: call((uintptr_t)malloc(16)); break; // execution of data at 0x*
  case 25: // read of protected memory at 0x*
    return *(volatile char *)mmap(NULL, 1, PROT_NONE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  // The stack.
  case 30: return overflow(argv[1]); // stack overflow
  case 31: return overflowAtOnce(); // stack overflow
  // Instructions.
  case 60: __builtin_trap(); // __builtin_trap(), or code that is never to be reached
  case 61: __builtin_debugtrap(); break; // breakpoint instruction, as of __builtin_debugtrap()
  // What the program does to itself, and what others do to it.
  case 70: abort(); // abort() was called
  case 72: raise(SIGSEGV); break; // sent by the program itself
  case 73: kill(getpid(), SIGFPE); break; // sent by the program itself
  case 74: // sent by process *
    if (fork() == 0) {
      kill(getppid(), SIGILL);
      _exit(0);
    }
    wait(NULL);
    sleep(100);
    break;
  case 75: // sent by the program itself
    sigqueue(getpid(), SIGBUS, (union sigval){.sival_int = 5});
    break;
  case 76: { // heap corruption or misuse detected by free()
    char *freed = malloc(100);
    free(freed);
    free(freed);
    break;
  }
  case 77: { // heap corruption or misuse detected by realloc()
    char inside[64] = "";
    return realloc(inside + 16, 1000) != NULL;
  }
  }
  return 0;
}

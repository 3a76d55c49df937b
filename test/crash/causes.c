// Does the report say why the program crashed?
//
// Every case is a cause; the comment beside it says what the report must call
// it, and the script runs them all.
// UNSUPPORTED: sanitized-executor
// RUN: %clang -O0 -fno-stack-protector -msse2 -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/causes.py %s %bare-remote-run --disable-core-files %t.bc

#define _GNU_SOURCE
#include <assert.h>
#include <fenv.h>
#include <limits.h>
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
int Data[4] = {0x90909090, 0x90909090};
volatile int Zero = 0, MinusOne = -1;
volatile int Smallest = INT_MIN;
volatile long LongZero = 0, LongMinusOne = -1, LongSmallest = LONG_MIN;
volatile double FloatZero = 0, Large = 1e308;
volatile uintptr_t Null = 0, Target;

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

/// Executes ud2 at \p offset of a page whose neighbours cannot be read.
static void trapAt(size_t offset) {
  char *pages = mmap(NULL, 3 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
                     -1, 0);
  char *page = pages + 4096;
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
  memcpy(page + offset, "\x0f\x0b", 2);
  mprotect(page, 4096, PROT_READ | PROT_EXEC);
  call((uintptr_t)page + offset);
}

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
  case 9: return *(volatile char *)0x1234567890123456; // access to non-canonical address 0x1234567890123456
  case 10: ((volatile struct Pair *)0x8000000000000000)->second = 1; break; // access to non-canonical address 0x8000000000000008
  case 11: // jump to non-canonical address 0x1234567890123456
    __asm__ volatile("jmp *%0" ::"r"(0x1234567890123456));
    break;
  case 16: // jump to a non-canonical address
    Target = 0x1234567890123456;
    __asm__ volatile("jmp *%0" ::"m"(Target));
    break;
  case 12: // return to a non-canonical address: the stack is damaged
    __asm__ volatile("push %0; ret" ::"r"(0x1234567890123456));
    break;
  case 13: // write at non-canonical address 0x1234567890123456
    __asm__ volatile("rep stosb" ::"D"(0x1234567890123456), "a"(0), "c"(1));
    break;
  case 14: // read at non-canonical address 0x1234567890123456
    __asm__ volatile("rep movsb" ::"S"(0x1234567890123456), "D"(Data), "c"(1));
    break;
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
  case 26: // vector access to misaligned address 0x*
    __asm__ volatile("movaps 4(%0), %%xmm0" ::"r"(Data) : "xmm0");
    break;
  // The stack.
  case 30: return overflow(argv[1]); // stack overflow
  case 31: return overflowAtOnce(); // stack overflow
  // Arithmetic.
  case 40: return 1 / Zero; // integer division by zero
  case 41: return 1 % LongZero; // integer division by zero
  case 42: return Smallest / MinusOne; // integer division overflow: the smallest number divided by -1
  case 43: return LongSmallest % LongMinusOne; // integer division overflow: the smallest number divided by -1
  case 44: return Smallest / Zero; // integer division by zero
  case 45: return (unsigned)Smallest / (unsigned)Zero; // integer division by zero
  case 46: return (short)Smallest / (short)Zero; // integer division by zero
  case 47: // integer division overflow
    __asm__ volatile("divl %0" ::"r"(2), "a"(0), "d"(2));
    break;
  case 49: // integer division overflow
    __asm__ volatile("idivl %0" ::"r"(2), "a"(INT_MIN), "d"(5));
    break;
  case 48: // integer division by zero
    __asm__ volatile("idivq %0" ::"m"(LongZero), "a"(5L), "d"(0L));
    break;
  case 50: // floating-point division by zero
    feenableexcept(FE_DIVBYZERO);
    return 1 / FloatZero > 0;
  case 51: // floating-point overflow
    feenableexcept(FE_OVERFLOW);
    return Large * Large > 0;
  case 52: // invalid floating-point operation
    feenableexcept(FE_INVALID);
    return FloatZero / FloatZero > 0;
  case 53: // floating-point underflow
    feenableexcept(FE_UNDERFLOW);
    return 1 / Large / Large > 0;
  case 54: // inexact floating-point result
    feenableexcept(FE_INEXACT);
    return 1 / (Large / 3) > 0;
  // Instructions.
  case 60: __builtin_trap(); // __builtin_trap(), or code that is never to be reached
  case 61: __builtin_debugtrap(); break; // breakpoint instruction, as of __builtin_debugtrap()
  case 62: __asm__ volatile(".byte 0x06, 0x07"); break; // illegal instruction: 06 07*
  case 63: __asm__ volatile("hlt"); break; // privileged instruction
  case 64: __asm__ volatile("inb $0x10, %%al" ::: "al"); break; // privileged instruction
  case 65: trapAt(0); break; // __builtin_trap(), or code that is never to be reached
  case 66: trapAt(1); break; // __builtin_trap(), or code that is never to be reached
  case 67: trapAt(4094); break; // __builtin_trap(), or code that is never to be reached
  // What the program does to itself, and what others do to it.
  case 70: abort(); // abort() was called
  case 71: assert(Zero); break; // failed assertion
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

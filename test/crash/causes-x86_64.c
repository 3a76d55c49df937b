// Does the report say why the program crashed, where that is x86-64's alone?
//
// As in causes.c, each case is a cause, and the comment beside it what it is called.
// REQUIRES: host-x86_64
// UNSUPPORTED: sanitized-executor
// RUN: %clang -O0 -fno-stack-protector -msse2 -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/causes.py %s %bare-remote-run --disable-core-files %t.bc

#define _GNU_SOURCE
#include <assert.h>
#include <fenv.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct Pair { long first, second; };
int Data[4] = {0x90909090, 0x90909090};
volatile int Zero = 0, MinusOne = -1;
volatile int Smallest = INT_MIN;
volatile long LongZero = 0, LongMinusOne = -1, LongSmallest = LONG_MIN;
volatile double FloatZero = 0, Large = 1e308;
volatile uintptr_t Target;

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
  case 1: assert(Zero); break; // failed assertion
  // Addresses that are none.
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
  // Memory that is there, for something else.
  case 26: // vector access to misaligned address 0x*
    __asm__ volatile("movaps 4(%0), %%xmm0" ::"r"(Data) : "xmm0");
    break;
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
  case 62: __asm__ volatile(".byte 0x06, 0x07"); break; // illegal instruction: 06 07*
  case 63: __asm__ volatile("hlt"); break; // privileged instruction
  case 64: __asm__ volatile("inb $0x10, %%al" ::: "al"); break; // privileged instruction
  case 65: trapAt(0); break; // __builtin_trap(), or code that is never to be reached
  case 66: trapAt(1); break; // __builtin_trap(), or code that is never to be reached
  case 67: trapAt(4094); break; // __builtin_trap(), or code that is never to be reached
  }
  return 0;
}

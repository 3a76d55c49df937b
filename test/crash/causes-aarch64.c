// Does the report say why the program crashed, where that is AArch64's alone?
//
// As in causes.c, each case is a cause, and the comment beside it what it is called.
// An emulator does not tell whether a read or a write was tried, so that the
// instruction has to.
// REQUIRES: host-aarch64
// UNSUPPORTED: sanitized-executor
// RUN: %clang -O0 -fno-stack-protector -march=armv8.1-a -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/causes.py %s %bare-remote-run --disable-core-files %t.bc

#define _GNU_SOURCE
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static char *const Null = NULL;

typedef void Function(void);
static void call(uintptr_t address) { ((Function *)address)(); }

/// Executes brk as the last instruction of a page whose neighbours cannot be read.
static void trapAtTheEnd(void) {
  char *pages = mmap(NULL, 3 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
                     -1, 0);
  char *page = pages + 4096;
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
  memcpy(page + 4092, "\x20\x00\x20\xd4", 4);
  mprotect(page, 4096, PROT_READ | PROT_EXEC);
  __builtin___clear_cache(page, page + 4096);
  call((uintptr_t)page + 4092);
}

#define WITH(INSTRUCTION)                                                      \
  __asm__ volatile(INSTRUCTION ::"r"(Null) : "x8", "x9", "x10", "memory")

int main(int argc, char **argv) {
  switch (atoi(argv[1])) {
  // What loads and stores.
  case 1: WITH("ldr x8, [%0, #16]"); break; // null pointer read at 0x10
  case 2: WITH("str x8, [%0, #16]"); break; // null pointer write at 0x10
  case 3: WITH("ldp x8, x9, [%0, #16]"); break; // null pointer read at 0x10
  case 4: WITH("stp x8, x9, [%0, #16]"); break; // null pointer write at 0x10
  case 5: WITH("ldrsb x8, [%0]"); break; // null pointer read at 0x0
  case 6: WITH("ldrsw x8, [%0]"); break; // null pointer read at 0x0
  case 7: WITH("ldr q0, [%0]"); break; // null pointer read at 0x0
  case 8: WITH("str q0, [%0]"); break; // null pointer write at 0x0
  case 9: WITH("ld1 {v0.4s}, [%0]"); break; // null pointer read at 0x0
  case 10: WITH("st1 {v0.4s}, [%0]"); break; // null pointer write at 0x0
  case 11: WITH("ldxr x8, [%0]"); break; // null pointer read at 0x0
  case 12: WITH("ldar x8, [%0]"); break; // null pointer read at 0x0
  case 13: WITH("stlr x8, [%0]"); break; // null pointer write at 0x0
  case 14: WITH("swp x8, x9, [%0]"); break; // null pointer read at 0x0
  case 15: WITH("cas x8, x9, [%0]"); break; // null pointer read at 0x0
  case 16: WITH("ldadd x8, x9, [%0]"); break; // null pointer read at 0x0
  case 17: WITH("dc zva, %0"); break; // null pointer write at 0x0
  // Instructions.
  case 20: __asm__ volatile(".inst 0x00000000"); break; // illegal instruction: 00 00 00 00*
  case 21: __asm__ volatile("mrs x8, sctlr_el1" ::: "x8"); break; // illegal instruction: 08 10 38 d5*
  case 22: trapAtTheEnd(); break; // __builtin_trap(), or code that is never to be reached
  // glibc's __assert_fail ends in a jump here, and is not on the stack.
  case 30: assert(Null); break; // failed assertion
  }
  return 0;
}

// Does a library of -l that defines what libc defines stand before it, as it does
// when linked natively: for the program, for libc's own calls, and for other
// libraries; and does the program find nothing of that in its environment?
//
// UNSUPPORTED: sanitized-executor
// (The kernel finds no emulator for what is executed by a descriptor that is closed
// then, ENOENT, so that the forwarded manner has nobody to preload the library for.)
// RUN: rm -rf %t && mkdir %t
// RUN: %clang -O1 -fno-builtin -DLIBRARY -shared -fPIC %s -o %t/libfirst.so
// RUN: %clang -O1 -fno-builtin -DOTHER -shared -fPIC %s -o %t/libother.so
// RUN: %clang -O1 -fno-builtin %s -L%t -lother -lfirst -Wl,-rpath,%t -o %t/native
// RUN: %clang -O1 -fno-builtin -c -emit-llvm %s -o %t/prog.bc
// RUN: %t/native > %t/expected
// RUN: FileCheck %s < %t/expected
// RUN: %remote-run -L %t -lother -lfirst %t/prog.bc | diff %t/expected -
// RUN: %if !emulated-host %{ %remote-run -L %t -lother -lfirst --stdio=forward %t/prog.bc | diff %t/expected - %}
// RUN: cd %t && %remote-run -L. -lother -lfirst prog.bc | diff expected -
//
// CHECK: the program: 1 function, 1 variable
// CHECK-NEXT: libc: memory of the library
// CHECK-NEXT: another library: 1 function
// CHECK-NEXT: preloaded: nothing
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { Parent = -55, Index = 1234 };
int getppid(void);
extern int optind;
int ask_other(void);
int is_of_library(const void *block);

#if defined(LIBRARY)
static char memory[1 << 20];
static size_t used;
int optind = Index;
int getppid(void) { return Parent; }
void *malloc(size_t size) {
  char *block = memory + used;
  used += (size + 15) / 16 * 16;
  return block;
}
void free(void *block) { (void)block; }
void *calloc(size_t count, size_t size) { return malloc(count * size); }
// Nothing is given back, so that what is behind a block is there to be read.
void *realloc(void *block, size_t size) {
  void *moved = malloc(size);
  return block ? memcpy(moved, block, size) : moved;
}
int is_of_library(const void *block) {
  return (const char *)block >= memory && (const char *)block < memory + used;
}
#elif defined(OTHER)
int ask_other(void) { return getppid(); }
#else
int main(void) {
  printf("the program: %d function, %d variable\n", getppid() == Parent,
         optind == Index);
  printf("libc: memory of %s\n",
         is_of_library(strdup("text")) ? "the library" : "libc");
  printf("another library: %d function\n", ask_other() == Parent);
  const char *preloaded = getenv("LD_PRELOAD");
  printf("preloaded: %s\n", preloaded ? preloaded : "nothing");
  return 0;
}
#endif

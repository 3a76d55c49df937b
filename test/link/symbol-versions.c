// Does a reference with a version get that one of the library, and does a
// definition with a default version serve references without?
//
// GNU as, ".symver"; GNU ld's manual, "VERSION".
// It has two versions of a function that only x86-64's libc has.
// REQUIRES: host-x86_64
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c object=%t/old.c
// RUN: %linked main=%t/main.c gcc=%t/old.c
// RUN: %linked main=%t/module.c
// RUN: %llvm/clang -c %t/wrong.c -o %t/wrong.o
// RUN: %llvm/clang -c -emit-llvm %t/wrong-main.c -o %t/wrong.bc
// RUN: %refused --extra-object=%t/wrong.o %t/wrong.bc | FileCheck %s

// CHECK: undefined symbol: memcpy@GLIBC_9.9

//--- main.c
#include <stdio.h>
#include <string.h>
void *oldCopy(void *, const void *, unsigned long);
int isOld(void);
int main(void) {
  char To[8];
  oldCopy(To, "copied", 7);
  printf("%s %d\n", To, isOld());
}
//--- old.c
void *copyOld(void *, const void *, unsigned long);
__asm__(".symver copyOld, memcpy@GLIBC_2.2.5");
void *copyNew(void *, const void *, unsigned long);
__asm__(".symver copyNew, memcpy@GLIBC_2.14");
void *oldCopy(void *To, const void *From, unsigned long Size) {
  return copyOld(To, From, Size);
}
// Two different functions in x86-64's libc.
int isOld(void) {
  void *(*volatile Old)(void *, const void *, unsigned long) = copyOld;
  void *(*volatile New)(void *, const void *, unsigned long) = copyNew;
  return Old != New;
}
//--- module.c
#include <stdio.h>
void *copyOld(void *, const void *, unsigned long);
__asm__(".symver copyOld, memcpy@GLIBC_2.2.5");
int main(void) {
  char To[8];
  copyOld(To, "module", 7);
  puts(To);
}
//--- wrong.c
void *copyOld(void *, const void *, unsigned long);
__asm__(".symver copyOld, memcpy@GLIBC_9.9");
void *wrong(void *To) { return copyOld(To, To, 1); }
//--- wrong-main.c
void *wrong(void *);
int main(void) {
  char Byte;
  return wrong(&Byte) != &Byte;
}

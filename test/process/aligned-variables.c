// A copy of a library's variable, as code that depends on its position has it, is
// aligned as the variable is: one of a library that is loaded with the program, and
// one of a library that was there before.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -DLIBRARY %s -o libaligned.so
// RUN: %clang -c -fno-pic -fno-pie -DDIRECT %s -o direct.o
// RUN: %clang -no-pie %s direct.o -L. -laligned -Wl,-rpath,. -o native
// RUN: %clang -c -emit-llvm %s -o prog.bc
// RUN: ./native | FileCheck %s
// RUN: %remote-run --extra-object=direct.o -L. -laligned prog.bc | FileCheck %s
// RUN: %remote-run --stdio=forward --extra-object=direct.o -L. -laligned prog.bc | FileCheck %s
// RUN: %remote-run --image=false --extra-object=direct.o -L. -laligned prog.bc | FileCheck %s
// RUN: env LD_PRELOAD=./libaligned.so %bare-remote-run --extra-object=direct.o -L. -laligned prog.bc | FileCheck %s
// CHECK: 4 to 4096: 0, 8 to 128: 0, 9 to 1024: 0
#include <stdint.h>
#include <stdio.h>

#ifdef LIBRARY
int First = 1;
_Alignas(4096) int Page = 4;
_Alignas(128) char Line = 8;
_Alignas(1024) long Block = 9;
#elif defined(DIRECT)
extern int Page;
extern char Line;
extern long Block;
int page(void) { return Page; }
int line(void) { return Line; }
int block(void) { return (int)Block; }
uintptr_t addressOfPage(void) { return (uintptr_t)&Page; }
uintptr_t addressOfLine(void) { return (uintptr_t)&Line; }
uintptr_t addressOfBlock(void) { return (uintptr_t)&Block; }
#else
int page(void), line(void), block(void);
uintptr_t addressOfPage(void), addressOfLine(void), addressOfBlock(void);

int main(void) {
  printf("%d to 4096: %d, %d to 128: %d, %d to 1024: %d\n", page(),
         (int)(addressOfPage() % 4096), line(), (int)(addressOfLine() % 128),
         block(), (int)(addressOfBlock() % 1024));
}
#endif

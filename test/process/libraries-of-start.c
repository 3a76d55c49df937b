// Libraries that are loaded with the program, as natively: their constructors find
// the program's data, their data refers to it, and what the program has of them is
// what they have, whatever code refers to it.
// (Clang has this flag for x86-64.)
// REQUIRES: host-x86_64
// RUN: rm -rf %t && mkdir %t
// RUN: echo 'V1 { global: versioned; }; V2 { global: *; } V1;' > %t/versions
// RUN: %clang -shared -fPIC -DLIBRARY %s -Wl,--version-script=%t/versions -o %t/libstart.so
// RUN: %clang -c -fno-pic -fno-pie -DDIRECT %s -o %t/direct.o
// RUN: %clang -c -O1 -fPIC -mtls-dialect=gnu2 -DDESCRIPTOR %s -o %t/descriptor.o
// RUN: %clang -no-pie %s %t/direct.o %t/descriptor.o -L%t -lstart -Wl,-rpath,%t -o %t/native
// RUN: %clang -c -emit-llvm %s -o %t/prog.bc
// RUN: %t/native > %t/expected
// RUN: FileCheck %s < %t/expected
// RUN: %remote-run --extra-object=%t/direct.o --extra-object=%t/descriptor.o -L%t -lstart %t/prog.bc | diff %t/expected -
// RUN: %remote-run --stdio=forward --extra-object=%t/direct.o --extra-object=%t/descriptor.o -L%t -lstart %t/prog.bc | diff %t/expected -
//
// Without an image, libraries are there before the program, and cannot have its
// data.
// RUN: not %remote-run --image=false --extra-object=%t/direct.o --extra-object=%t/descriptor.o -L%t -lstart %t/prog.bc 2>&1 | FileCheck %s --check-prefix=BARE
// BARE: error: cannot load library 'start': {{.*}}undefined symbol: OfProgram
//
// CHECK: constructor: 42 of the program, 7 behind its pointer
// CHECK-NEXT: the library has the address of the program's data: 1
// CHECK-NEXT: the program and the library agree on a function's address: 1
// CHECK-NEXT: the variable: 5, changed by the program: 6, by the library: 8, by its other name: 8
// CHECK-NEXT: version 2
// CHECK-NEXT: thread-local: 3, then 4, in the library 4, by descriptor 4
#include <stdio.h>

#ifdef LIBRARY
extern int OfProgram, *PointerOfProgram;
int *const AddressOfProgram = &OfProgram;
int Variable = 5;
extern int Alias __attribute__((weak, alias("Variable")));
int getAlias(void) { return Alias; }
__thread int ThreadLocal = 3;
int function(void) { return 7; }
void *addressOfFunction(void) { return (void *)&function; }
int get(void) { return Variable; }
void add(int By) { Variable += By; }
int getThreadLocal(void) { return ThreadLocal; }
int *addressOfProgram(void) { return AddressOfProgram; }
int first(void) { return 1; }
int second(void) { return 2; }
__asm__(".symver first, versioned@V1\n.symver second, versioned@@V2");
__attribute__((constructor)) static void construct(void) {
  printf("constructor: %d of the program, %d behind its pointer\n", OfProgram,
         *PointerOfProgram);
}
#elif defined(DIRECT)
extern int Variable;
extern __thread int ThreadLocal;
int function(void);
int *direct(void) { return &Variable; }
void *directFunction(void) { return (void *)&function; }
int increment(void) { return ++ThreadLocal; }
#elif defined(DESCRIPTOR)
extern __thread int ThreadLocal;
int throughDescriptor(void) { return ThreadLocal; }
#else
extern int Variable;
extern __thread int ThreadLocal;
int function(void), get(void), getThreadLocal(void), versioned(void);
int increment(void), getAlias(void), throughDescriptor(void);
void add(int By);
int *direct(void), *addressOfProgram(void);
void *addressOfFunction(void), *directFunction(void);
int OfProgram = 42;
static int Seven = 7;
int *PointerOfProgram = &Seven;
void *const AddressOfFunction = (void *)&function;

int main(void) {
  printf("the library has the address of the program's data: %d\n",
         addressOfProgram() == &OfProgram);
  printf("the program and the library agree on a function's address: %d\n",
         AddressOfFunction == directFunction() && function() == 7);
  printf("the variable: %d", get());
  *direct() += 1;
  printf(", changed by the program: %d", get());
  add(2);
  printf(", by the library: %d, by its other name: %d\n", Variable, getAlias());
  printf("version %d\n", versioned());
  int Before = ThreadLocal;
  increment();
  printf("thread-local: %d, then %d, in the library %d, by descriptor %d\n",
         Before, ThreadLocal, getThreadLocal(), throughDescriptor());
}
#endif

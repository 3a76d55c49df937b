// Has a library's function of several versions one address for all who mean the
// same, where code that depends on its place has it in an instruction? (x86-64
// psABI, "Function Addresses".)
//
// RUN: rm -rf %t && mkdir %t
// RUN: echo 'V1 { versioned; }; V2 { versioned; };' > %t/versions
// RUN: %clang -shared -fPIC -DLIBRARY %s -Wl,--version-script=%t/versions -Wl,-soname,libfunctions.so -o %t/libfunctions.so
// RUN: %clang -shared -fPIC -DOTHER %s -L%t -lfunctions -o %t/libother.so
// RUN: cp %t/libother.so %t/plug-in.so
// RUN: %clang -c -fno-pic -fno-pie -DDIRECT %s -o %t/direct.o
// RUN: %clang -no-pie %s %t/direct.o -L%t -lfunctions -lother -Wl,-rpath,%t -o %t/native
// RUN: %clang -c -emit-llvm %s -o %t/prog.bc
// RUN: cd %t && ./native > expected
// RUN: FileCheck %s < %t/expected
// RUN: cd %t && %remote-run --extra-object=direct.o -L%t -lfunctions -lother prog.bc | diff expected -
// RUN: cd %t && %remote-run --stdio=forward --extra-object=direct.o -L%t -lfunctions -lother prog.bc | diff expected -
// RUN: cd %t && %remote-run --no-export-dynamic --extra-object=direct.o -L%t -lfunctions -lother prog.bc | diff expected -
//
// CHECK: library 1, other 1, dlsym 1, plug-in 1
// CHECK-NEXT: calls: 7 7 7 7
// CHECK-NEXT: versions: 2 2 1
// CHECK-NEXT: only called: 1
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

typedef int (*Function)(void);

#ifdef LIBRARY
int function(void) { return 7; }
Function addressInLibrary(void) { return function; }
int called(void) { return 3; }
Function calledInLibrary(void) { return called; }
int first(void) { return 1; }
int second(void) { return 2; }
__asm__(".symver first, versioned@V1\n.symver second, versioned@@V2");
#elif defined(OTHER)
int function(void);
int oldVersion(void);
__asm__(".symver oldVersion, versioned@V1");
Function addressInOther(void) { return function; }
Function oldVersionInOther(void) { return oldVersion; }
#elif defined(DIRECT)
int function(void), called(void), versioned(void);
Function direct(void) { return function; }
Function directVersioned(void) { return versioned; }
int callDirectly(void) { return called(); }
#else
int function(void), called(void), versioned(void), callDirectly(void);
Function addressInLibrary(void), addressInOther(void), direct(void);
Function directVersioned(void), calledInLibrary(void), oldVersionInOther(void);

int main(void) {
  void *PlugIn = dlopen("./plug-in.so", RTLD_NOW);
  Function (*InPlugIn)(void) = dlsym(PlugIn, "addressInOther");
  Function Here = function, Found = dlsym(RTLD_DEFAULT, "function");
  printf("library %d, other %d, dlsym %d, plug-in %d\n",
         direct() == addressInLibrary() && Here == direct(),
         direct() == addressInOther(), direct() == Found,
         direct() == InPlugIn());
  printf("calls: %d %d %d %d\n", direct()(), addressInLibrary()(), Found(),
         InPlugIn()());
  printf("versions: %d %d %d\n", versioned(), directVersioned()(),
         oldVersionInOther()());
  printf("only called: %d\n",
         callDirectly() == 3 && dlsym(RTLD_DEFAULT, "called") ==
                                    (void *)calledInLibrary());
}
#endif

// Plug-ins and dlsym find a function of the program that chooses itself at start, and
// call what was chosen. (The dynamic linker refuses that to libraries of a start.)
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -DPLUGIN %s -o plugin.so
// RUN: %clang -O1 %s -rdynamic -o native
// RUN: ./native > expected && FileCheck %s < expected
// RUN: %clang -O1 -c -emit-llvm %s -o prog.bc
// RUN: %remote-run prog.bc | diff expected -
// RUN: %clang -O1 -c %s -o prog.o
// RUN: %remote-run -rdynamic prog.o | diff expected -
// CHECK: the plug-in: 2
// CHECK-NEXT: in its data: 2
// CHECK-NEXT: dlsym: 2
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int chosen(void);
#ifdef PLUGIN
int (*InData)(void) = chosen;
int callChosen(void) { return chosen(); }
int callInData(void) { return InData(); }
#else
typedef int Function(void);
static int second(void) { return 2; }
static Function *choose(void) { return second; }
int chosen(void) __attribute__((ifunc("choose")));
int main(void) {
  void *Plugin = dlopen("./plugin.so", RTLD_NOW);
  printf("the plug-in: %d\n", ((Function *)dlsym(Plugin, "callChosen"))());
  printf("in its data: %d\n", ((Function *)dlsym(Plugin, "callInData"))());
  Function *Found = (Function *)dlsym(RTLD_DEFAULT, "chosen");
  printf("dlsym: %d\n", Found ? Found() : 0);
}
#endif

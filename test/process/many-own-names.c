// A program comes before the libraries that were there before it with any number of
// names: a plug-in is bound to its functions, and not to those of what is preloaded.
// Where there is no image, all that it defines is known by the same table.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -O1 -DVALUE=1000 %s -o preloaded.so
// RUN: %clang -shared -fPIC -O1 -DPLUGIN %s -o plugin.so
// RUN: %clang -O1 -DVALUE=1 -DPROGRAM %s -rdynamic -ldl -o native
// RUN: %clang -O1 -DVALUE=1 -DPROGRAM -c -emit-llvm %s -o prog.bc
// RUN: env LD_PRELOAD=./preloaded.so ./native > expected
// RUN: FileCheck %s < expected
// RUN: env LD_PRELOAD=./preloaded.so %bare-remote-run prog.bc | diff expected -
// RUN: env LD_PRELOAD=./preloaded.so %bare-remote-run --image=false prog.bc | diff expected -
// RUN: env LD_PRELOAD=./preloaded.so %bare-remote-run --stdio=forward prog.bc | diff expected -
// CHECK: 3000 functions: 3000
// UNSUPPORTED: sanitized-controller
#define TEN(N) ONE(N##0) ONE(N##1) ONE(N##2) ONE(N##3) ONE(N##4)                \
  ONE(N##5) ONE(N##6) ONE(N##7) ONE(N##8) ONE(N##9)
#define HUNDRED(N)                                                             \
  TEN(N##0) TEN(N##1) TEN(N##2) TEN(N##3) TEN(N##4)                            \
  TEN(N##5) TEN(N##6) TEN(N##7) TEN(N##8) TEN(N##9)
#define THOUSAND(N)                                                            \
  HUNDRED(N##0) HUNDRED(N##1) HUNDRED(N##2) HUNDRED(N##3) HUNDRED(N##4)        \
  HUNDRED(N##5) HUNDRED(N##6) HUNDRED(N##7) HUNDRED(N##8) HUNDRED(N##9)
#define ALL THOUSAND(own_1) THOUSAND(own_2) THOUSAND(own_3)

#ifdef PLUGIN
#define ONE(N) int N(void);
ALL
#undef ONE
#define ONE(N) +N()
int sum(void) { return 0 ALL; }
#else
#define ONE(N) int N(void) { return VALUE; }
ALL
#endif

#ifdef PROGRAM
#include <dlfcn.h>
#include <stdio.h>
int main(void) {
  void *PlugIn = dlopen("./plugin.so", RTLD_NOW);
  if (!PlugIn)
    return puts(dlerror()), 1;
  printf("3000 functions: %d\n", ((int (*)(void))dlsym(PlugIn, "sum"))());
}
#endif

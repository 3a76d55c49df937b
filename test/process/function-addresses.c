// A library's function has one address, also where code that depends on its position
// has to have it in the program: for that code, for libraries, those that were there
// before and plug-ins, and for dlsym. Calls reach the function.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -DLIBRARY %s -o libfunction.so
// RUN: %clang -shared -fPIC -DPLUGIN %s -o plugin.so
// RUN: %clang -c -fno-pic -fno-pie -DDIRECT %s -o direct.o
// RUN: %clang -no-pie %s direct.o -L. -lfunction -ldl -Wl,-rpath,. -o native
// RUN: %clang -c -emit-llvm %s -o prog.bc
// RUN: ./native > expected
// RUN: FileCheck %s < expected
// RUN: %remote-run --extra-object=direct.o -L. -lfunction prog.bc | diff expected -
// RUN: %remote-run --stdio=forward --extra-object=direct.o -L. -lfunction prog.bc | diff expected -
// RUN: %remote-run --cache=cache --extra-object=direct.o -L. -lfunction prog.bc | diff expected -
// RUN: %remote-run --cache=cache --extra-object=direct.o -L. -lfunction prog.bc | diff expected -
// CHECK: of the library: in the program 1, in the library 1, in a plug-in 1, dlsym 1, RTLD_NEXT another 1
// CHECK-NEXT: calls: 7 7 7 7
// CHECK-NEXT: of libc: in the program 1, in a plug-in 1, dlsym 1
// CHECK-NEXT: calls: 5 5 5
//
// Without an image, nobody knows where dlsym is called from. (On aarch64 code of
// -fno-pic has the address of a jump in the program then, where clang's for x86-64 has
// room for any address; and a library that was loaded before has its own.)
// RUN: %if host-x86_64 %{ %remote-run --image=false --extra-object=direct.o -L. -lfunction prog.bc | FileCheck %s --check-prefix=BARE %}
// BARE: of the library: in the program 1, in the library 1, in a plug-in 1, dlsym 1,
// BARE-NEXT: calls: 7 7 7 7
// BARE-NEXT: of libc: in the program 1, in a plug-in 1, dlsym 1
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef int Function(void);
typedef int OfLibc(const char *);
int function(void);

#ifdef LIBRARY
int function(void) { return 7; }
Function *ofLibrary(void) { return function; }
int callIt(void) { return function(); }
#elif defined(PLUGIN)
Function *const Pointer = function;
Function *ofPlugIn(void) { return Pointer == function ? function : 0; }
OfLibc *libcOfPlugIn(void) { return atoi; }
int callFromPlugIn(void) { return function(); }
#elif defined(DIRECT)
Function *direct(void) { return function; }
OfLibc *directOfLibc(void) { return atoi; }
#else
Function *direct(void), *ofLibrary(void);
OfLibc *directOfLibc(void);
int callIt(void);

int main(void) {
  void *PlugIn = dlopen("./plugin.so", RTLD_NOW);
  if (!PlugIn)
    return puts(dlerror()), 1;
  Function *(*OfPlugIn)(void) = (Function * (*)(void)) dlsym(PlugIn, "ofPlugIn");
  OfLibc *(*LibcOfPlugIn)(void) =
      (OfLibc * (*)(void)) dlsym(PlugIn, "libcOfPlugIn");
  Function *FromPlugIn = (Function *)dlsym(PlugIn, "callFromPlugIn");
  printf("of the library: in the program %d, in the library %d, in a plug-in "
         "%d, dlsym %d, RTLD_NEXT another %d\n",
         direct() == function, direct() == ofLibrary(), direct() == OfPlugIn(),
         direct() == (Function *)dlsym(RTLD_DEFAULT, "function"),
         direct() != (Function *)dlsym(RTLD_NEXT, "function"));
  printf("calls: %d %d %d %d\n", direct()(), callIt(), FromPlugIn(),
         ofLibrary()());
  printf("of libc: in the program %d, in a plug-in %d, dlsym %d\n",
         directOfLibc() == atoi, directOfLibc() == LibcOfPlugIn(),
         directOfLibc() == (OfLibc *)dlsym(RTLD_DEFAULT, "atoi"));
  printf("calls: %d %d %d\n", directOfLibc()("5"), LibcOfPlugIn()("5"),
         atoi("5"));
}
#endif

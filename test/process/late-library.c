// Does a library that is loaded while the program runs bind to the program's
// functions and variables before libc's of the same names, as natively: where it
// is bound at once and where lazily, by dlopen and by name, as an image and not?
// RUN: %clang -O1 -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %clang -O1 %s -o %t.native
// RUN: %clang -O1 -c -emit-llvm %s -o %t.bc
// RUN: %t.native %t.so > %t.expected
// RUN: FileCheck %s < %t.expected
// RUN: %remote-run %t.bc %t.so | diff %t.expected -
// RUN: %remote-run --image=false %t.bc %t.so | diff %t.expected -
//
// libc's own is what comes after the program.
// CHECK: lazily: function of the program, variable of the program
// CHECK-NEXT: now: function of the program, variable of the program
// CHECK-NEXT: by name: the program's
// CHECK-NEXT: next: another
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int getppid(void);
extern int optind;

#ifdef LIBRARY
int ask(void) { return getppid(); }
int look(void) { return optind; }
#else
enum { OwnParent = -77, OwnIndex = 4711 };
int optind = OwnIndex;
int getppid(void) { return OwnParent; }

static int load(const char *path, int mode, const char *how) {
  void *library = dlopen(path, mode);
  if (!library)
    return puts(dlerror());
  int (*ask)(void) = (int (*)(void))dlsym(library, "ask");
  int (*look)(void) = (int (*)(void))dlsym(library, "look");
  printf("%s: function of %s, variable of %s\n", how,
         ask() == OwnParent ? "the program" : "libc",
         look() == OwnIndex ? "the program" : "libc");
  return dlclose(library);
}

int main(int argc, char **argv) {
  load(argv[1], RTLD_LAZY, "lazily");
  load(argv[1], RTLD_NOW, "now");
  void *found = dlsym(RTLD_DEFAULT, "getppid");
  printf("by name: %s\n", found == (void *)getppid ? "the program's" : "another");
  found = dlsym(RTLD_NEXT, "getppid");
  printf("next: %s\n", found == (void *)getppid ? "the program's" : "another");
  return argc - 2;
}
#endif

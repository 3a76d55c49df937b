// Does a program end in the order of a native one: its own handlers, the destructors
// of its libraries and then their handlers, those of plug-ins that are still there, and
// of their thread-local variables?
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clangxx -shared -fPIC -DLIBRARY %s -o liblibrary.so
// RUN: %clangxx -shared -fPIC -DOTHER %s -L. -llibrary -Wl,-rpath,. -o libother.so
// RUN: %clangxx -shared -fPIC -DPLUG_IN %s -o plug-in.so
// RUN: %clangxx -O1 -c %s -o prog.o && %clangxx -O1 -c -emit-llvm %s -o prog.bc
// RUN: %clangxx -rdynamic prog.o -L. -llibrary -lother -Wl,-rpath,. -ldl -o native
// RUN: ./native > expected && FileCheck %s --input-file expected
// RUN: %remote-run -rdynamic -L. -llibrary -lother prog.bc | diff expected -
// RUN: %remote-run --lazy=on -rdynamic -L. -llibrary -lother prog.bc | diff expected -
// RUN: %remote-run --stdio=forward -rdynamic -L. -llibrary -lother prog.bc | diff expected -
// RUN: %clangxx -rdynamic prog.o -L. -lother -llibrary -Wl,-rpath,. -ldl -o native
// RUN: ./native > expected
// RUN: %remote-run -rdynamic -L. -lother -llibrary prog.bc | diff expected -
//
// CHECK: library: constructor
// CHECK: other: constructor, 41
// CHECK: program: constructor
// CHECK: main: 42
// CHECK: plug-in: of thread, 42
// CHECK: program: atexit
// CHECK: program: destructor
// CHECK: other: destructor, 41
// CHECK: other: atexit
// CHECK: library: destructor
// CHECK: library: atexit
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define CONSTRUCTOR __attribute__((constructor)) static void construct()
#define DESTRUCTOR __attribute__((destructor)) static void destruct()

extern "C" {
int library(), other(), plugIn(), ofProgram();
}

#ifdef LIBRARY
static void atEnd() { puts("library: atexit"); }
CONSTRUCTOR {
  puts("library: constructor");
  atexit(atEnd);
}
DESTRUCTOR { puts("library: destructor"); }
int library() { return 1; }
#elif defined(OTHER)
static void atEnd() { puts("other: atexit"); }
CONSTRUCTOR {
  printf("other: constructor, %d\n", ofProgram());
  atexit(atEnd);
}
DESTRUCTOR { printf("other: destructor, %d\n", ofProgram()); }
int other() { return library() + 1; }
#elif defined(PLUG_IN)
struct OfThread {
  int Number = ofProgram();
  ~OfThread() { printf("plug-in: of thread, %d\n", Number); }
};
static thread_local OfThread Its;
struct Static {
  ~Static() { puts("plug-in: static"); }
};
static Static Only;
DESTRUCTOR { puts("plug-in: destructor"); }
int plugIn() { return ++Its.Number; }
#else
int ofProgram() { return 41; }
static void atEnd() { puts("program: atexit"); }
CONSTRUCTOR {
  puts("program: constructor");
  atexit(atEnd);
}
DESTRUCTOR { puts("program: destructor"); }
int main() {
  printf("main: %d\n", other());
  void *Handle = dlopen("./plug-in.so", RTLD_NOW);
  auto *PlugIn = reinterpret_cast<int (*)()>(dlsym(Handle, "plugIn"));
  printf("main: %d\n", PlugIn());
  return 0;
}
#endif

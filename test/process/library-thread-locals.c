// A library's thread-local variables, small and large ones, as IR has them: each
// thread finds its own, wherever code asks, in the way of the dynamic linker and not
// through a function that the program may have replaced.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -DLIBRARY %s -o liblocals.so
// RUN: %clang -O1 %s -L. -llocals -Wl,-rpath,. -pthread -ldl -o native
// RUN: ./native > expected && FileCheck %s < expected
// RUN: %clang -O1 -c -emit-llvm %s -o prog.bc
// RUN: %remote-run -L. -llocals prog.bc | diff expected -
// RUN: %remote-run --stdio=forward -L. -llocals prog.bc | diff expected -
// RUN: %remote-run --image=false -L. -llocals prog.bc | diff expected -
// RUN: %remote-run --lazy=on -L. -llocals prog.bc | diff expected -
// RUN: %remote-run --part-size=1 -O0 -L. -llocals prog.bc | diff expected -
// RUN: %clang -O1 -fno-pic -c -emit-llvm %s -o no-pic.bc
// RUN: %remote-run -L. -llocals no-pic.bc | diff expected -
// RUN: %remote-run --cache=cache -L. -llocals prog.bc | diff expected -
// RUN: %remote-run --cache=cache -L. -llocals prog.bc | diff expected -
// RUN: %remote-run --cache=cache -L. -llocals prog.bc | diff expected -
//
// A weak one that is there.
// RUN: %clang -O1 -c -emit-llvm -DWEAK %s -o weak.bc
// RUN: %remote-run -L. -llocals weak.bc | diff expected -
//
// One that nobody has is missing, and named, before anything runs.
// RUN: not %remote-run prog.bc 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: undefined symbol{{.*}}Small
//
// Code in the large model, and beside emulated variables of the program's own.
// RUN: %if host-x86_64 %{ %clang -O1 -mcmodel=large -c -emit-llvm %s -o large.bc %}
// RUN: %if host-x86_64 %{ %remote-run -L. -llocals large.bc | diff expected - %}
// RUN: %if host-x86_64 %{ %remote-run --relocation-model=static -L. -llocals large.bc | diff expected - %}
// RUN: %if host-x86_64 %{ %remote-run --image=false -L. -llocals large.bc | diff expected - %}
// RUN: %remote-run -emulated-tls -L. -llocals prog.bc | diff expected -
// RUN: %remote-run -emulated-tls -L. -llocals weak.bc | diff expected -
// RUN: %remote-run -emulated-tls --lazy=on -L. -llocals prog.bc | diff expected -
//
// CHECK: constructor: 7
// CHECK-NEXT: main: 8 3 1 1
// CHECK-NEXT: thread: 8 3 1 1
// CHECK-NEXT: main: 9 6 1 1
// CHECK-NEXT: dlsym was called 0 times
#include <pthread.h>
#include <stdio.h>

#ifdef LIBRARY
__thread int Small = 7;
__thread char Large[100000];
int *small(void) { return &Small; }
char *large(void) { return Large; }
__attribute__((constructor)) static void construct(void) {
  printf("constructor: %d\n", Small);
}
#else
#ifdef WEAK
__attribute__((weak))
#endif
extern __thread int Small;
extern __thread char Large[100000];
int *small(void);
char *large(void);

static int Calls;
void *dlsym(void *Handle, const char *Name) {
  (void)Handle, (void)Name;
  ++Calls;
  return NULL;
}

static void *use(void *Name) {
  ++Small;
  for (int I = 0; I != 3; ++I)
    ++Large[99999];
  printf("%s: %d %d %d %d\n", (char *)Name, Small, Large[99999],
         small() == &Small, large() == Large);
  return NULL;
}

int main(void) {
  use("main");
  pthread_t Thread;
  pthread_create(&Thread, NULL, use, "thread");
  pthread_join(Thread, NULL);
  use("main");
  printf("dlsym was called %d times\n", Calls);
}
#endif

// Thread-local variables of any size, in IR and in objects as compilers make them for
// executables: each thread has its own, which begin as written, in the main thread,
// in others and after fork. The process is otherwise what it was.
// (What makes room for them, GLIBC_TUNABLES, makes it in an emulator, too, whose own
// threads have stacks of 256 KiB: qemu-user starts none for a program that needs more,
// given the variable itself, and does where the program alone is given it.)
// UNSUPPORTED: emulated-host
// RUN: rm -rf %t && mkdir %t
// RUN: %clang -O1 -c -DOBJECT %s -o %t/object.o
// RUN: %clang -O1 %s %t/object.o -pthread -o %t/native
// RUN: %clang -O1 -c -emit-llvm %s -o %t/prog.bc
// RUN: env GLIBC_TUNABLES=glibc.malloc.arena_max=3 %t/native > %t/expected
// RUN: FileCheck %s < %t/expected
// RUN: env GLIBC_TUNABLES=glibc.malloc.arena_max=3 %remote-run --extra-object=%t/object.o %t/prog.bc | diff %t/expected -
// RUN: env GLIBC_TUNABLES=glibc.malloc.arena_max=3 %remote-run --stdio=forward --extra-object=%t/object.o %t/prog.bc | diff %t/expected -
// RUN: env GLIBC_TUNABLES=glibc.malloc.arena_max=3 %remote-run --image=false --extra-object=%t/object.o %t/prog.bc | diff %t/expected -
// Where files may have a KiB, there is as much memory as before, unless no more can
// be had: that is known before anything is asked for.
// RUN: bash -c 'ulimit -f 1 && exec %bare-remote-run --extra-object=%t/object.o %t/prog.bc 2>&1 | cat' | FileCheck %s --check-prefix=LIMITED
// LIMITED: error: an object defines the thread-local variable 'OfObject', {{.*}} more room than the executor has
// RUN: bash -c 'ulimit -S -f 1 && env GLIBC_TUNABLES=glibc.malloc.arena_max=3 %bare-remote-run --extra-object=%t/object.o %t/prog.bc | cat' | diff %t/expected -
// RUN: env -u GLIBC_TUNABLES %t/native > %t/expected
// RUN: env -u GLIBC_TUNABLES %remote-run --extra-object=%t/object.o %t/prog.bc | diff %t/expected -
// RUN: %remote-run --trace --extra-object=%t/object.o %t/prog.bc 2>&1 | FileCheck %s --check-prefix=TRACE
//
// Room for them is asked for once, and libraries are loaded and asked for again.
// RUN: %clang -shared -fPIC -DLIBRARY %s -o %t/libcount.so
// RUN: %remote-run -L%t -lcount --trace --extra-object=%t/object.o %t/prog.bc 2>&1 | FileCheck %s --check-prefixes=TRACE,AGAIN
//
// From the cache.
// RUN: %remote-run --cache=%t/cache --extra-object=%t/object.o %t/prog.bc > %t/first
// RUN: %remote-run --cache=%t/cache --stats --extra-object=%t/object.o %t/prog.bc 2> %t/stats | diff %t/first -
// RUN: %remote-run --cache=%t/cache --extra-object=%t/object.o %t/prog.bc | diff %t/first -
// RUN: FileCheck %s --check-prefix=KEPT < %t/stats
// KEPT: cache misses 0{{$}}
//
// CHECK: main: 11 22 33 0
// CHECK-NEXT: thread: 11 22 33 0
// CHECK-NEXT: main again: 12 23 34 1
// CHECK-NEXT: child: 12 23 34 1
// TRACE: < Hello
// TRACE: > Restart {{[0-9]+}} bytes of thread-local variables
// TRACE: < Hello
// AGAIN: > Load
// TRACE: > Lookup
// TRACE-NOT: Restart
// TRACE: < Running
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(LIBRARY)
int count(void) { return 1; }
#elif defined(OBJECT)
__thread char OfObject[70000] = {[69999] = 22};
extern __thread int Shared;
int bump(void) { return ++OfObject[69999] + Shared++ * 0; }
#else
extern __thread char OfObject[70000];
__thread int Shared = 33;
static __thread char Own[300000] = {[123456] = 11};
static __thread long Zero[5000];
int bump(void);

static void show(const char *Where) {
  printf("%s: %d %d %d %ld\n", Where, Own[123456], OfObject[69999], Shared,
         Zero[4999]);
  fflush(stdout);
}

static void *run(void *Ignored) {
  show("thread");
  Own[123456] = 99;
  bump();
  return Ignored;
}

int main(void) {
  show("main");
  pthread_t Thread;
  pthread_create(&Thread, NULL, run, NULL);
  pthread_join(Thread, NULL);
  ++Own[123456];
  bump();
  ++Zero[4999];
  show("main again");
  if (fork() == 0) {
    show("child");
    _exit(0);
  }
  wait(NULL);
  const char *Tunables = getenv("GLIBC_TUNABLES");
  printf("%s\n", Tunables ? Tunables : "no tunables");
}
#endif

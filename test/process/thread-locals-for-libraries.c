// Libraries find a thread-local variable that the program defines, as natively, those
// of -l and plug-ins, in each thread, by all models, and so does dlsym: one of the few
// that have room at fixed offsets, and one of many bytes.
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -DLIBRARY=1 %s -o libone.so
// RUN: %clang -shared -fPIC -DLIBRARY=2 -ftls-model=initial-exec %s -o libtwo.so
// RUN: %clang -shared -fPIC -DLIBRARY=3 -mtls-dialect=gnu2 %s -o libthree.so
// RUN: %clang -c -DOBJECT %s -o object.o
// DEFINE: %{flags} =
// DEFINE: %{option} =
// DEFINE: %{same} = %clang %{flags} %s object.o -rdynamic -pthread -ldl -L. -lone -ltwo -Wl,-rpath,. -o native && \
// DEFINE:   ./native > expected && FileCheck %s < expected && \
// DEFINE:   %clang %{flags} -c -emit-llvm %s -o prog.bc && \
// DEFINE:   %remote-run %{option} --extra-object=object.o -L. -lone -ltwo prog.bc | diff expected -
// RUN: %{same}
// REDEFINE: %{option} = --stdio=forward
// RUN: %{same}
// REDEFINE: %{flags} = -DLARGE=100000
// RUN: %{same}
//
// Also those that the program itself does not use.
// RUN: %clang -O2 -c -emit-llvm -DUNUSED %s -o unused.bc
// RUN: %remote-run -O2 -L. -lone unused.bc | FileCheck %s --check-prefix=UNUSED
// RUN: %clang -O2 -c -DUNUSED %s -o unused.o
// RUN: echo 'int main(void) { return 0; }' | %clang -x c -c -emit-llvm - -o main.bc
// RUN: %remote-run -L. -lone --extra-object=unused.o --entry-function=mainOfObject main.bc | FileCheck %s --check-prefix=UNUSED
// UNUSED: constructor: 5 6
// UNUSED-NEXT: 15 26
//
// CHECK: constructor: 5 6
// CHECK-NEXT: main: 15 26 35 46 55, dlsym 1
// CHECK-NEXT: thread: 15 26 35 46 55, dlsym 1
// CHECK-NEXT: main: 25 66 45 86 65, dlsym 1
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

extern __thread int OfProgram, OfObject;

#if LIBRARY == 1
int addOne(void) { return OfProgram += 10; }
int addOneToOther(void) { return OfObject += 20; }
__attribute__((constructor)) static void construct(void) {
  printf("constructor: %d %d\n", OfProgram, OfObject);
}
#elif LIBRARY == 2
int addTwo(void) { return OfProgram += 20; }
int addTwoToOther(void) { return OfObject += 20; }
#elif LIBRARY == 3
int addThree(void) { return OfProgram += 20; }
#elif defined(UNUSED)
int addOne(void), addOneToOther(void);
__thread int OfProgram = 5, OfObject = 6;
int mainOfObject(void) {
  int One = addOne();
  return printf("%d %d\n", One, addOneToOther()) < 0;
}
__attribute__((weak)) int main(void) { return mainOfObject(); }
#elif defined(OBJECT)
__thread int OfObject = 6;
#else
int addOne(void), addOneToOther(void), addTwo(void), addTwoToOther(void);
#ifdef LARGE
__thread char Many[LARGE];
#endif
__thread int OfProgram = 5;
static int (*AddThree)(void);

static void *run(void *Name) {
#ifdef LARGE
  Many[LARGE - 1] += 1;
#endif
  int One = addOne(), Other = addOneToOther(), Two = addTwo();
  int TwoOther = addTwoToOther(), Three = AddThree();
  printf("%s: %d %d %d %d %d, dlsym %d\n", (char *)Name, One, Other, Two,
         TwoOther, Three, dlsym(RTLD_DEFAULT, "OfProgram") == &OfProgram);
  return 0;
}

int main(void) {
  void *Library = dlopen("./libthree.so", RTLD_NOW);
  if (!Library)
    return puts(dlerror()), 1;
  AddThree = (int (*)(void))dlsym(Library, "addThree");
  run("main");
  pthread_t Thread;
  pthread_create(&Thread, 0, run, "thread");
  pthread_join(Thread, 0);
  OfProgram -= 40;
  run("main");
}
#endif

// Do objects with thread-local variables of the usual kind, and of all models,
// agree with the native program?
//
// RUN: %split %s %t
// RUN: %linked --link=-pthread --variants=-fPIC,-fPIE,-fno-pic \
// RUN:   main=%t/own-main.c object=%t/own.c
// RUN: %linked --link=-pthread --variants=-fPIC,-fPIE,-fno-pic \
// RUN:   main=%t/own-main.c gcc=%t/own.c
// On aarch64, position-independent code has no large model, and descriptors are what
// is usual.
// RUN: %if host-x86_64 %{ \
// RUN:   %linked --link=-pthread main=%t/own-main.c gcc:-fPIC:-mcmodel=large=%t/own.c %}
// RUN: %linked --link=-pthread main=%t/own-main.c gcc:-fPIC:-fno-plt=%t/own.c
// RUN: %linked --link=-pthread main=%t/own-main.c \
// RUN:   gcc:-fPIC:-mtls-dialect=%if host-aarch64 %{desc%} %else %{gnu2%}=%t/own.c
// RUN: %linked --variants=-fPIC,-fPIE,-fno-pic main=%t/shared-main.c \
// RUN:   object=%t/own.c
// RUN: %linked --variants=-fPIC,-fPIE,-fno-pic main=%t/shared-main.c \
// RUN:   gcc=%t/own.c
// RUN: %linked main:-DDEFINE=%t/shared-main.c object:-fPIC=%t/own2.c \
// RUN:   gcc=%t/user.c
// RUN: %linked --variants=-fPIC,-fPIE,-fno-pic main:-DDEFINE=%t/shared-main.c \
// RUN:   object:-fPIC=%t/own2.c object=%t/user.c
// RUN: %linked main=%t/errno-main.c gcc=%t/errno.c
// Each variable is aligned, whatever stands before it.
// RUN: %linked main=%t/aligned-main.c object=%t/odd.c object=%t/aligned.c
// RUN: %linked main=%t/aligned-main.c gcc:-fPIC=%t/odd.c gcc:-fPIC=%t/aligned.c
// More than the executor's own are. (Under qemu-user
// variables are aligned to 64 bytes at most: docs/limits.md.)
// RUN: %if !emulated-host %{ %linked main=%t/aligned-main.c object=%t/odd.c \
// RUN:   object:-DALIGNED=2048=%t/aligned.c %}
// RUN: %if !emulated-host %{ %linked --remote=--stdio=forward main=%t/aligned-main.c \
// RUN:   object:-fPIC=%t/odd.c gcc:-fPIC:-DALIGNED=512=%t/aligned.c %}
// Each way in which assembly takes an offset from the GOT.
// RUN: %linked main:-DDEFINE=%t/shared-main.c object:-fPIC=%t/own2.c \
// RUN:   object=%t/assembly.c
//
// A library's, which objects of position-independent code can use.
// RUN: %linked main=%t/once-main.cpp gcc:-fPIC=%t/once.cpp
// RUN: %linked main=%t/once-main.cpp object:-fPIC=%t/once.cpp
// RUN: %linked --or-refused 'once\.cpp\.o.*__once_call.*compile it with -fPIC' \
// RUN:   main=%t/once-main.cpp gcc=%t/once.cpp
//
// More than the executor has room for.
// RUN: %linked --or-refused 'large\.c\.o.*do n.t fit.*-femulated-tls' \
// RUN:   main=%t/large-main.c object=%t/large.c
// RUN: %linked main=%t/large-main.c object:-femulated-tls=%t/large.c
//
// The same where IR has no room and needs the object's variable.
// RUN: %linked --or-refused "an object defines the thread-local variable 'Shared'" \
// RUN:   main:-DLARGE=5000=%t/shared-main.c object=%t/own.c
//
// Emulated in IR and object.
// RUN: %linked --flags=-femulated-tls main=%t/shared-main.c \
// RUN:   object:-fPIC=%t/own.c

//--- own.c
#include <pthread.h>
__thread int Shared = 5;
static __thread int Own = 7;
static __thread char Buffer[100];
static void *inThread(void *Result) {
  *(int *)Result = ++Own * 10 + ++Shared + Buffer[99];
  return 0;
}
int count(void) {
  pthread_t Thread;
  int Result = 0;
  Own += 2;
  Buffer[99] = 1;
  pthread_create(&Thread, 0, inThread, &Result);
  pthread_join(Thread, 0);
  return Own * 1000 + Result;
}
//--- own-main.c
#include <stdio.h>
int count(void);
int main(void) { printf("%d %d\n", count(), count()); }
//--- shared-main.c
#include <stdio.h>
#ifdef DEFINE
__thread int Shared = 3;
int count(void);
int use(void);
int main(void) { printf("%d %d %d\n", count(), ++Shared, use()); }
#else
#ifndef LARGE
#define LARGE 1
#endif
extern __thread int Shared;
__thread char Large[LARGE];
int count(void);
int main(void) { printf("%d %d %d\n", count(), ++Shared, Large[LARGE - 1]); }
#endif
//--- own2.c
int count(void) { return 1; }
//--- user.c
extern __thread int Shared;
int use(void) { return Shared++; }
//--- odd.c
static __thread volatile char Odd[3] = "ab";
static __thread volatile char OddZero[5];
int odd(int Index) { return Odd[Index] + OddZero[Index]; }
//--- aligned.c
#include <stdint.h>
#ifndef ALIGNED
#define ALIGNED 64
#endif
static __thread _Alignas(32) volatile int Aligned = 5;
static __thread _Alignas(ALIGNED) volatile char Zero[64];
int aligned(void) {
  return Aligned + Zero[5] + 100 * (int)((uintptr_t)&Aligned % 32) +
         10000 * (int)((uintptr_t)&Zero % ALIGNED);
}
//--- aligned-main.c
#include <stdio.h>
int odd(int), aligned(void);
int main(void) { printf("%d %d %d\n", odd(0), odd(1), aligned()); }
//--- assembly.c
extern __thread int Shared;
int use(void) {
  int *Moved, *Added, *High, *HighAdded;
#ifdef __aarch64__
  __asm__("adrp %0, :gottprel:Shared\n ldr %0, [%0, :gottprel_lo12:Shared]\n"
          "mrs x9, tpidr_el0\n add %0, %0, x9"
          : "=r"(Moved)
          :
          : "x9");
  __asm__("mrs x9, tpidr_el0\n adrp x10, :gottprel:Shared\n"
          "ldr x11, [x10, :gottprel_lo12:Shared]\n add %0, x9, x11"
          : "=r"(Added)
          :
          : "x9", "x10", "x11");
  High = HighAdded = Moved;
#else
  __asm__("movq Shared@gottpoff(%%rip), %0\n addq %%fs:0, %0" : "=r"(Moved));
  __asm__("movq %%fs:0, %0\n addq Shared@gottpoff(%%rip), %0" : "=r"(Added));
  __asm__("movq Shared@gottpoff(%%rip), %%r12\n addq %%fs:0, %%r12\n"
          "movq %%r12, %0"
          : "=r"(High)
          :
          : "r12");
  __asm__("movq %%fs:0, %%r12\n addq Shared@gottpoff(%%rip), %%r12\n"
          "movq %%r12, %0"
          : "=r"(HighAdded)
          :
          : "r12");
#endif
  return ++*Moved + 100 * (Moved == Added) + 1000 * (Moved == High) +
         10000 * (Moved == HighAdded);
}
//--- errno.c
#include <errno.h>
#include <stdlib.h>
int parse(const char *Text) {
  errno = 0;
  strtol(Text, 0, 10);
  return errno;
}
//--- errno-main.c
#include <errno.h>
#include <stdio.h>
int parse(const char *);
int main(void) {
  int Error = parse("999999999999999999999");
  int IsSame = errno == ERANGE;
  printf("%d %d\n", Error, IsSame);
}
//--- once.cpp
#include <mutex>
static std::once_flag Flag;
int once() {
  int Count = 0;
  for (int I = 0; I != 3; ++I)
    std::call_once(Flag, [&] { ++Count; });
  return Count;
}
//--- once-main.cpp
#include <cstdio>
int once();
int main() { std::printf("%d\n", once()); }
//--- large.c
static __thread char Large[5000];
int touch(int Index) { return ++Large[Index]; }
//--- large-main.c
#include <stdio.h>
int touch(int Index);
int main(void) { printf("%d %d\n", touch(4999), touch(4999)); }

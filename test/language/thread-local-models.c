// Are thread-local variables where an executable has them, whichever TLS model
// the IR asks for, and reached by assembly as well?
//
// RUN: %same --link=-pthread %s
// RUN: %same --link=-pthread --flags=-ftls-model=global-dynamic %s
// RUN: %same --link=-pthread --flags=-ftls-model=initial-exec %s
// RUN: %same --link=-pthread --flags=-ftls-model=local-exec %s
// RUN: %same --link="-pthread -no-pie" --flags=-fno-pic %s
// (Clang has no large position-independent code for aarch64.)
// RUN: %if host-x86_64 %{ %same --link=-pthread --flags="-fPIC -mcmodel=large" %s %}
//
// Many, and strictly aligned ones.
// RUN: %same --link=-pthread --flags=-DLARGE=70000 %s
// (Under qemu-user they are aligned to 64 bytes, or else emulated, which the assembly
// of this program is no code for.)
// RUN: %if !emulated-host %{ %same --link=-pthread --flags=-DALIGNED=4096 %s %}
// RUN: %if !emulated-host %{ %same --link=-pthread --flags="-DALIGNED=128 -DLARGE=70000" %s %}
// RUN: %if !emulated-host %{ %same --link=-pthread --flags=-DALIGNED=1024 --remote=--stdio=forward %s %}
//
// Assembly cannot reach emulated ones, which are used on demand, and where the
// executor cannot align as much.
// RUN: %same --link=-pthread --flags=-DNO_ASSEMBLY --remote=-emulated-tls %s
// RUN: %same --link=-pthread --flags="-DNO_ASSEMBLY -DALIGNED=8192" %s

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#ifndef LARGE
#define LARGE 100
#endif
#ifndef ALIGNED
#define ALIGNED 64
#endif

__thread int Counter = 5;
static __thread int *Pointer = 0;
int Target;
static __thread int *Relocated = &Target;
static __thread char Buffer[LARGE];
static __thread _Alignas(ALIGNED) char Aligned = 'a';

static int fromAssembly(void) {
#ifdef NO_ASSEMBLY
  return Counter;
#else
  int Value;
#if defined(__aarch64__)
  __asm__ volatile("mrs x8, tpidr_el0\n\t"
                   "adrp x9, :gottprel:Counter\n\t"
                   "ldr x9, [x9, :gottprel_lo12:Counter]\n\t"
                   "ldr %w0, [x8, x9]\n\t"
                   "add x8, x8, :tprel_hi12:Counter\n\t"
                   "add x8, x8, :tprel_lo12_nc:Counter\n\t"
                   "ldr w9, [x8]\n\t"
                   "add %w0, %w0, w9"
                   : "=r"(Value)
                   :
                   : "x8", "x9");
#else
  __asm__ volatile("movq Counter@gottpoff(%%rip), %%rcx\n\t"
                   "movl %%fs:(%%rcx), %0\n\t"
                   "addl %%fs:Counter@tpoff, %0"
                   : "=r"(Value)
                   :
                   : "rcx");
#endif
  return Value / 2;
#endif
}

static void *use(void *Name) {
  printf("%s: %d %d %d %c %d %d\n", (char *)Name, Counter, Pointer == 0,
         Relocated == &Target, Aligned, Buffer[LARGE - 1],
         (int)((uintptr_t)&Aligned % ALIGNED));
  Counter += 10;
  Pointer = &Counter;
  Relocated = 0;
  Buffer[LARGE - 1] = 1;
  Aligned = 'b';
  printf("%s: %d %d\n", (char *)Name, fromAssembly(), *Pointer);
  return &Counter;
}

int main(void) {
  void *First = use("main");
  for (int I = 0; I != 3; ++I) {
    pthread_t Thread;
    void *Second;
    pthread_create(&Thread, 0, use, "thread");
    pthread_join(Thread, &Second);
    printf("%d\n", First != Second);
  }
  return Counter;
}

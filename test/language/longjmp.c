// Do the jumps of C work: out of depth, out of signal handlers with the mask
// restored, between contexts?
// The sanitizer warns of makecontext(3).
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 %s

#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static jmp_buf Plain;
static sigjmp_buf WithMask;
static volatile sig_atomic_t Faults;

__attribute__((noinline)) static void deep(int depth) {
  volatile char space[512];
  space[depth % 512] = 1;
  __asm__ volatile("" : : "r"(space) : "memory");
  if (depth == 0)
    longjmp(Plain, 5);
  deep(depth - 1);
  space[0] = 2;
}

static void onSignal(int number) { siglongjmp(WithMask, number); }

static void onFault(int number, siginfo_t *info, void *context) {
  ++Faults;
  char here;
  stack_t stack;
  sigaltstack(NULL, &stack);
  int isOnStack = &here >= (char *)stack.ss_sp &&
                  &here < (char *)stack.ss_sp + stack.ss_size;
  siglongjmp(WithMask, number * 1000 + info->si_code * 10 + isOnStack);
}

__attribute__((noinline)) static int overflow(int depth) {
  volatile char space[4096];
  space[0] = depth;
  __asm__ volatile("" : : "r"(space) : "memory");
  return overflow(depth + 1) + space[0];
}

static ucontext_t MainContext, Other;
static char OtherStack[65536];
static void inOther(int a, int b) {
  for (int i = 0; i < 3; ++i) {
    printf("other %d %d %d\n", a, b, i);
    swapcontext(&Other, &MainContext);
  }
}

int main(void) {
  volatile int kept = 1;
  int result = setjmp(Plain);
  if (result == 0) {
    kept = 2;
    deep(1000);
  }
  printf("longjmp %d %d\n", result, kept);

  signal(SIGUSR1, onSignal);
  for (volatile int i = 0; i < 3; ++i)
    if ((result = sigsetjmp(WithMask, 1)) == 0)
      raise(SIGUSR1);
    else
      printf("from a handler: %d\n", result == SIGUSR1);

  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = onFault,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  sigaction(SIGFPE, &action, NULL);
  sigaction(SIGILL, &action, NULL);
  sigaction(SIGTRAP, &action, NULL);
  for (volatile int i = 0; i < 3; ++i)
    if ((result = sigsetjmp(WithMask, 1)) == 0)
      *(volatile int *)8 = 1;
    else
      printf("null: %d\n", result);
  if ((result = sigsetjmp(WithMask, 1)) == 0)
    *(volatile char *)(long)deep = 1;
  else
    printf("code: %d\n", result);
  if ((result = sigsetjmp(WithMask, 1)) == 0)
    ((void (*)(void))OtherStack)();
  else
    printf("data: %d\n", result);
  volatile int zero = 0;
  if ((result = sigsetjmp(WithMask, 1)) == 0)
    printf("%d\n", 1 / zero);
  else
    printf("division: %d\n", result);
  if ((result = sigsetjmp(WithMask, 1)) == 0)
    __builtin_trap();
  else
    printf("trap: %d\n", result);
  if ((result = sigsetjmp(WithMask, 1)) == 0)
    overflow(0);
  else
    printf("stack: %d\n", result);
  printf("%d faults\n", Faults);

  getcontext(&Other);
  Other.uc_stack.ss_sp = OtherStack;
  Other.uc_stack.ss_size = sizeof(OtherStack);
  Other.uc_link = &MainContext;
  makecontext(&Other, (void (*)(void))inOther, 2, 7, 8);
  for (int i = 0; i < 4; ++i) {
    swapcontext(&MainContext, &Other);
    printf("main %d\n", i);
  }
  return 0;
}

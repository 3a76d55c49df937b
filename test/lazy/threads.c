// Does everybody get a function that many call at the same moment, on stacks of any
// size, in threads that are cancelled meanwhile, and in handlers on stacks of their
// own?
// RUN: %same --status 0 --link=-pthread --remote=--lazy=on %s
// RUN: %same --status 0 --link=-pthread --remote="--lazy=on -j1" %s
// The sanitizers' runtime needs larger stacks.
// UNSUPPORTED: sanitized-executor
#include "Inputs/large.h"
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { Threads = 16, Functions = 32 };
static pthread_barrier_t Barrier;

#define FUNCTION(N) \
  __attribute__((noinline)) static unsigned f##N(unsigned X) { \
    LARGE; \
    return (X ^ N) * 2654435761u + N; \
  }
#define FOUR(M, N) M(N##0) M(N##1) M(N##2) M(N##3)
#define ALL(M) \
  FOUR(M, 1) FOUR(M, 2) FOUR(M, 3) FOUR(M, 4) FOUR(M, 5) FOUR(M, 6) FOUR(M, 7) \
  FOUR(M, 8)
ALL(FUNCTION)
#define NAME(N) f##N,
static unsigned (*volatile Table[])(unsigned) = {ALL(NAME)};

static void *callAll(void *Result) {
  LARGE;
  unsigned X = 1;
  for (int Number = 0; Number != Functions; ++Number) {
    pthread_barrier_wait(&Barrier);
    X = Table[Number](X);
  }
  *(unsigned *)Result = X;
  return NULL;
}

__attribute__((noinline)) static void *onSmallStack(void *Unused) {
  LARGE;
  fprintf(stderr, "small stack %d %f\n", 1, 2.5);
  return Unused;
}

static char Alternate[SIGSTKSZ > 16384 ? 65536 : 16384];
static char *Where;
__attribute__((noinline)) static void onAlternate(int Signal) {
  LARGE;
  char Here;
  Where = &Here;
}
__attribute__((noinline)) static unsigned ofHandler(unsigned X) {
  LARGE;
  return X + 3;
}
static volatile unsigned OfHandler;
static void handle(int Signal) {
  LARGE;
  OfHandler = ofHandler(OfHandler);
}

__attribute__((noinline)) static void cleanUp(void *Its) {
  LARGE;
  *(int *)Its += 1;
}
__attribute__((noinline)) static void beforeCancel(void) {
  LARGE;
}
static int Cleaned;
static volatile int Ready;
static void *waitToBeCancelled(void *Unused) {
  LARGE;
  int Old;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &Old);
  pthread_cleanup_push(cleanUp, &Cleaned);
  Ready = 1;
  beforeCancel();
  for (;;)
    pause();
  pthread_cleanup_pop(0);
  return Unused;
}

int main(void) {
  pthread_t All[Threads];
  unsigned Results[Threads];
  pthread_barrier_init(&Barrier, NULL, Threads);
  for (int Number = 0; Number != Threads; ++Number)
    pthread_create(&All[Number], NULL, callAll, &Results[Number]);
  for (int Number = 0; Number != Threads; ++Number) {
    pthread_join(All[Number], NULL);
    if (Results[Number] != Results[0])
      return 1;
  }
  printf("%u\n", Results[0]);

  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  pthread_attr_setstacksize(&Attributes, PTHREAD_STACK_MIN);
  pthread_t Thread;
  if (pthread_create(&Thread, &Attributes, onSmallStack, NULL) != 0)
    return 2;
  pthread_join(Thread, NULL);

  stack_t Stack = {.ss_sp = Alternate, .ss_size = sizeof Alternate};
  sigaltstack(&Stack, NULL);
  struct sigaction Action = {.sa_handler = onAlternate, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &Action, NULL);
  raise(SIGUSR1);
  printf("on it: %d\n", Where > Alternate && Where < Alternate + sizeof Alternate);
  signal(SIGUSR2, handle);
  raise(SIGUSR2);
  raise(SIGUSR2);
  printf("handled: %u\n", OfHandler);

  for (int Number = 0; Number != 8; ++Number) {
    void *Result;
    if (pthread_create(&Thread, NULL, waitToBeCancelled, NULL) != 0)
      return 3;
    while (!Ready)
      ;
    Ready = 0;
    if (Number % 2)
      usleep(1000);
    pthread_cancel(Thread);
    pthread_join(Thread, &Result);
    if (Result != PTHREAD_CANCELED)
      return 4;
  }
  printf("cleaned up: %d\n", Cleaned);
  return 0;
}

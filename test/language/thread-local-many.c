// Has every thread its own of many thread-local variables, in whatever order it
// comes to use them?
//
// The table of emulated ones grows as they are used.
// RUN: %same --status 0 --link=-pthread %s
// RUN: %same --status 0 --link=-pthread --remote=-emulated-tls %s
// RUN: %same --status 0 --link=-pthread --flags=-femulated-tls %s

#include <pthread.h>
#include <stdio.h>

#define TEN(DO, N)                                                             \
  DO(N##0) DO(N##1) DO(N##2) DO(N##3) DO(N##4)                                 \
  DO(N##5) DO(N##6) DO(N##7) DO(N##8) DO(N##9)
#define ALL(DO)                                                                \
  TEN(DO, 1) TEN(DO, 2) TEN(DO, 3) TEN(DO, 4) TEN(DO, 5) TEN(DO, 6)            \
  TEN(DO, 7) TEN(DO, 8) TEN(DO, 9) TEN(DO, 10) TEN(DO, 11) TEN(DO, 12)
#define DEFINE(N)                                                              \
  static __thread int Variable##N = N;                                         \
  static int *address##N(void) { return &Variable##N; }
#define NAME(N) address##N,

ALL(DEFINE)
static int *(*const Addresses[])(void) = {ALL(NAME)};
enum { Count = sizeof(Addresses) / sizeof(*Addresses) };

struct Use {
  int First, Step;
};

static void *useAll(void *Argument) {
  struct Use *How = Argument;
  long Sum = 0;
  for (int Round = 0; Round != 2; ++Round)
    for (int I = 0; I != Count; ++I) {
      int *Value = Addresses[(How->First + I * How->Step) % Count]();
      Sum = Sum * 31 % 1000003 + *Value;
      *Value += How->Step;
    }
  printf("%d, %d: %ld\n", How->First, How->Step, Sum);
  return NULL;
}

int main(void) {
  static struct Use Uses[] = {{0, 1}, {Count - 1, Count - 1}, {Count / 2, 1},
                              {5, 7}, {Count - 1, 1}};
  useAll(&Uses[0]);
  for (int I = 0; I != sizeof(Uses) / sizeof(*Uses); ++I) {
    pthread_t Thread;
    pthread_create(&Thread, NULL, useAll, &Uses[I]);
    pthread_join(Thread, NULL);
  }
  useAll(&Uses[3]);
  return 0;
}

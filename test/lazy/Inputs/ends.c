#include "slow.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Minutes of compilation.
#define FOUR(M, N) M(N##0) M(N##1) M(N##2) M(N##3)
#define ALL(M) \
  FOUR(M, slow1) FOUR(M, slow2) FOUR(M, slow3) FOUR(M, slow4) FOUR(M, slow5) \
  FOUR(M, slow6)
ALL(SLOW)
#define NAME(N) N,
static float (*const Table[])(float) = {ALL(NAME)};

__attribute__((noinline)) static int small(int X) { return X + 1; }
__attribute__((noinline)) static int other(int X) { return small(X) * 2; }

static void forkOne(void (*Do)(int), int Number) {
  if (fork() == 0) {
    Do(Number);
    _exit(0);
  }
}

static pid_t Parent;

// When the parent has ended.
__attribute__((noinline)) static void orphan(int Number) {
  while (getppid() == Parent)
    usleep(1000);
  dprintf(1, "%d: %d %d\n", Number, other(Number), Table[Number](1) != 0.5f);
}

__attribute__((noinline)) static void waits(int Number) { Table[Number](1); }

int main(int Count, char **Arguments) {
  const char *What = Arguments[1];
  Parent = getpid();
  if (!strcmp(What, "exits"))
    return 7;
  if (!strcmp(What, "dies"))
    return raise(SIGTERM);
  if (!strcmp(What, "is-killed"))
    return raise(SIGKILL);
  if (!strcmp(What, "crashes"))
    return *(volatile int *)0;
  if (!strcmp(What, "waits"))
    waits(0);
  if (!strcmp(What, "told-waits")) {
    for (int Child = 0; Child != 3; ++Child)
      forkOne(waits, 3 * Child);
    puts("ready");
    fflush(stdout);
    usleep(100000);
    waits(20);
  }
  if (!strcmp(What, "told-runs")) {
    puts("ready");
    fflush(stdout);
    for (;;)
      ;
  }
  if (!strcmp(What, "orphans") || !strcmp(What, "killed-orphans"))
    for (int Child = 0; Child != 4; ++Child)
      forkOne(orphan, Child);
  if (!strcmp(What, "killed-orphans"))
    return raise(SIGKILL);
  return 7;
}

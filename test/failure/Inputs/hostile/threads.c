// Ends in one thread while others live, end or crash, too.
#include "guest.h"
#include <pthread.h>

static pthread_barrier_t Together;

static void start(void *(*Body)(void *), void *Argument) {
  pthread_t Thread;
  if (pthread_create(&Thread, NULL, Body, Argument) != 0)
    _exit(97);
}

static void *leave(void *Argument) { exit(*(int *)Argument); }

static void *crashTogether(void *Argument) {
  pthread_barrier_wait(&Together);
  crash();
  return Argument;
}

static void *crashAlone(void *Argument) {
  crash();
  return Argument;
}

static void waitForEver(void) {
  for (;;)
    pause();
}

static int exitInThread(const char *Argument) {
  (void)Argument;
  static int Status = 70;
  start(leave, &Status);
  waitForEver();
  return 98;
}

static int crashAllAtOnce(const char *Argument) {
  int Count = atoi(Argument);
  pthread_barrier_init(&Together, NULL, (unsigned)Count);
  for (int I = 0; I < Count; ++I)
    start(crashTogether, NULL);
  waitForEver();
  return 98;
}

static int withoutMain(const char *Argument) {
  static int Status = 71;
  start(*Argument ? crashAlone : leave, &Status);
  pthread_exit(NULL);
}

static void crashMeanwhile(void) {
  start(crashAlone, NULL);
  waitForEver();
}

static int crashDuringExit(const char *Argument) {
  (void)Argument;
  atexit(crashMeanwhile);
  return 98;
}

static int crashDuringReturn(const char *Argument) {
  atexit(crash);
  return atoi(Argument);
}

int main(int Count, char **Arguments) {
  static const struct Way Ways[] = {{"exit-in-thread", exitInThread},
                                    {"crash-all-at-once", crashAllAtOnce},
                                    {"without-main", withoutMain},
                                    {"crash-during-exit", crashDuringExit},
                                    {"crash-during-return", crashDuringReturn},
                                    {NULL, NULL}};
  return go(Ways, Count, Arguments);
}

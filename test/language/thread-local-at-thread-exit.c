// Do thread-local variables keep their values until the last moment of a thread:
// in destructors of pthread keys, in cancellation handlers, in a signal handler?
// RUN: %same --status 0 %s
// RUN: %same --status 0 --remote=-emulated-tls %s

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static __thread int Value = 1;
static __thread int *Block;
static pthread_key_t First, Second;

static void onKey(void *name) {
  printf("key %s: %d %d\n", (char *)name, Value, Block ? *Block : -1);
  ++Value;
  static __thread int rounds;
  if (++rounds < 3)
    pthread_setspecific(First, name);
}

static void onCancel(void *unused) { printf("cleanup: %d\n", Value); }

static volatile int HandlerSaw;
static void onSignal(int number) { HandlerSaw = Value; }

static void *run(void *argument) {
  Value = (int)(long)argument;
  Block = &Value;
  pthread_setspecific(First, "first");
  pthread_setspecific(Second, "second");
  pthread_cleanup_push(onCancel, NULL);
  raise(SIGUSR1);
  printf("handler saw %d\n", HandlerSaw);
  pthread_exit(NULL);
  pthread_cleanup_pop(0);
}

int main(void) {
  signal(SIGUSR1, onSignal);
  // The variables are used before the keys exist, and so by an emulation's key.
  Value = 50;
  pthread_key_create(&First, onKey);
  pthread_key_create(&Second, onKey);
  for (long i = 100; i < 103; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, run, (void *)i);
    pthread_join(thread, NULL);
  }
  printf("main: %d\n", Value);
  return 0;
}

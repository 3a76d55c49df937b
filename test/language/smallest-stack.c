// Has a thread of PTHREAD_STACK_MIN the stack that it has natively, as far as it
// needs it to print to an unbuffered stream, and to handle a signal?
// RUN: %same --status 0 --link=-pthread %s
// The sanitizers' runtime needs more.
// UNSUPPORTED: sanitized-executor

#include <limits.h>
#include <pthread.h>
#include <stdio.h>

static void *print(void *Unused) {
  fprintf(stderr, "in the thread: %d %f\n", 1, 2.5);
  return Unused;
}

int main(void) {
  pthread_attr_t Attributes;
  pthread_t Thread;
  pthread_attr_init(&Attributes);
  if (pthread_attr_setstacksize(&Attributes, PTHREAD_STACK_MIN) != 0)
    return 1;
  if (pthread_create(&Thread, &Attributes, print, 0) != 0)
    return 2;
  return pthread_join(Thread, 0);
}

// Is buffered output flushed by exit, and lost by everything else?
// RUN: %same --status 0 %s -- r
// RUN: %same --status 1 %s -- e
// RUN: %same --status 2 %s -- _
// RUN: %same --status 3 %s -- q
// RUN: %same --status -6 %s -- a
// RUN: %same --status -9 %s -- k
// RUN: %same --status 0 %s -- t
// RUN: %same --status 4 %s -- c

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *last(void *unused) {
  // The main thread has ended by the time that this one can be joined to it.
  pthread_join(*(pthread_t *)unused, NULL);
  printf("the last thread ends\n");
  return NULL;
}

int main(int argc, char **argv) {
  printf("buffered\n");
  fprintf(stderr, "unbuffered\n");
  FILE *file = fdopen(dup(1), "w");
  fprintf(file, "in a second stream\n");
  switch (argv[1][0]) {
  case 'e':
    exit(1);
  case '_':
    _exit(2);
  case 'q':
    quick_exit(3);
  case 'a':
    abort();
  case 'k':
    raise(SIGKILL);
  case 't': {
    static pthread_t self, thread;
    self = pthread_self();
    pthread_create(&thread, NULL, last, &self);
    pthread_exit(NULL);
  }
  case 'c':
    fclose(stdout);
    exit(4);
  }
  return 0;
}

// Is buffered output flushed by exit, and lost by everything else?
// The sanitizer's pthread_join(3) takes a cancelled join for a second one.
// UNSUPPORTED: sanitized-executor
// RUN: %same %s \
// RUN:   --case "0 r" --case "1 e" --case "2 _" \
// RUN:   --case "3 q" --case "-6 a" --case "-9 k" \
// RUN:   --case "0 t" --case "4 c"

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

// Are thread-local variables without a value zero in every thread, where the
// program has no others?
//
// RUN: %same --status 0 --link=-pthread %s
// RUN: %same --status 0 --link=-pthread --flags="-fPIC -ftls-model=global-dynamic" %s

#include <pthread.h>
#include <stdio.h>

_Thread_local unsigned char Zeroes[64];

static void *look(void *Failed) {
  for (int I = 0; I != 64; ++I) {
    *(int *)Failed += Zeroes[I] != 0;
    printf("%d", Zeroes[I]);
    Zeroes[I] = 7;
  }
  puts("");
  return NULL;
}

int main(void) {
  int Failed = 0;
  for (int I = 0; I != 3; ++I) {
    pthread_t Thread;
    pthread_create(&Thread, NULL, look, &Failed);
    pthread_join(Thread, NULL);
  }
  look(&Failed);
  return Failed;
}

#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_key_t Key;
static pthread_once_t Once = PTHREAD_ONCE_INIT;

static void leave(const char **name) { printf("cleanup %s\n", *name); }
static void handler(void *name) { printf("handler %s\n", (char *)name); }
static void onKey(void *name) { printf("key %s\n", (char *)name); }
static void makeKey(void) {
  printf("key made\n");
  pthread_key_create(&Key, onKey);
}

static int compare(const void *a, const void *b) {
  const char *name __attribute__((cleanup(leave))) = "comparison";
  pthread_exit((void *)5);
}

static void *run(void *argument) {
  pthread_once(&Once, makeKey);
  pthread_setspecific(Key, "value");
  const char *name __attribute__((cleanup(leave))) = "attribute";
  pthread_cleanup_push(handler, "pushed");
  int values[] = {3, 2, 1};
  if (argument)
    qsort(values, 3, sizeof(int), compare);
  for (;;)
    pause();
  pthread_cleanup_pop(0);
  return NULL;
}

int main(void) {
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, run, NULL);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  printf("%d\n", result == PTHREAD_CANCELED);
  pthread_create(&thread, NULL, run, "exit");
  pthread_join(thread, &result);
  printf("%d\n", (int)(long)result);
  return 0;
}

// Is the stack the native one: as deep, for frames as large, also by alloca and
// variable-length arrays, and the same in threads?
// RUN: %same --status 0 %s --case "0 fits" --case "-11 overflows" --case "0 thread"
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --limit STACK=67108864" %s -- big

#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

__attribute__((noinline)) static long descend(long bytes) {
  volatile char frame[1024];
  frame[0] = 1;
  // Its address escapes, so that no compiler makes a loop of this.
  __asm__ volatile("" : : "r"(frame) : "memory");
  if (bytes <= 0)
    return frame[0];
  return descend(bytes - 1100) + frame[0];
}

__attribute__((noinline)) static int large(int n) {
  char frame[3 << 20];
  memset(frame, n, sizeof(frame));
  char variable[n * 100000];
  memset(variable, n, sizeof(variable));
  char *block = alloca(n * 1000);
  memset(block, n, n * 1000);
  return frame[1 << 20] + variable[n] + block[n];
}

static void *inThread(void *unused) {
  // A megabyte below the size that threads are given.
  pthread_attr_t attributes;
  pthread_getattr_np(pthread_self(), &attributes);
  size_t size;
  void *start;
  pthread_attr_getstack(&attributes, &start, &size);
  printf("thread: %zu\n", size);
  printf("%d\n", descend(size - (1 << 20)) > 1000);
  return NULL;
}

int main(int argc, char **argv) {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  if (argv[1][0] == 't') {
    pthread_t thread;
    pthread_create(&thread, NULL, inThread, NULL);
    return pthread_join(thread, NULL);
  }
  pthread_attr_t attributes;
  pthread_getattr_np(pthread_self(), &attributes);
  size_t size;
  pthread_attr_getstacksize(&attributes, &size);
  // Less what the kernel put at its end, which is at a random place in a page.
  printf("size is the limit: %d\n",
         size > limit.rlim_cur - (1 << 18) && size <= limit.rlim_cur);
  // Within 128 KiB of the limit it fits, beyond the limit it does not.
  long most = (long)limit.rlim_cur;
  if (argv[1][0] == 'o')
    return descend(most * 2) > 0;
  printf("%d\n", descend(most - most / 64) > 1000);
  printf("%d\n", large(10));
  return 0;
}

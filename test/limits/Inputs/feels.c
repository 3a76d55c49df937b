/// What a program sees of its limits; by its first argument, what it does.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char *name, int what) {
  struct rlimit limit;
  getrlimit(what, &limit);
  printf("%s: %lld, %lld\n", name, (long long)limit.rlim_cur,
         (long long)limit.rlim_max);
}

static void showAll(void) {
  show("cpu", RLIMIT_CPU);
  show("memory", RLIMIT_AS);
  show("stack", RLIMIT_STACK);
  show("fsize", RLIMIT_FSIZE);
  show("nofile", RLIMIT_NOFILE);
  show("nproc", RLIMIT_NPROC);
  show("core", RLIMIT_CORE);
  fflush(stdout);
}

/// A constructor runs under the limits, too.
__attribute__((constructor)) static void early(void) {
  show("early", RLIMIT_NOFILE);
}

static volatile char sink;

static void onXcpu(int number) {
  printf("signal %d\n", number);
  fflush(stdout);
}

/// 96 MiB can be had, 1 GiB cannot.
static void takeMemory(void) {
  char *some = malloc(96 << 20);
  memset(some, 1, 96 << 20);
  printf("some: %d, more: ", some != NULL);
  char *more = malloc(1024 << 20);
  printf("%s\n", more ? "yes" : strerror(errno));
}

static void useStack(size_t size) {
  volatile char here[4096];
  here[0] = 1;
  if (size > sizeof here)
    useStack(size - sizeof here);
  sink = here[0];
}

/// A thread's stack is as large as the main one may be (pthread_create(3)).
static void *ofThread(void *argument) {
  pthread_attr_t attributes;
  size_t size;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstacksize(&attributes, &size);
  printf("thread: %zu\n", size);
  return argument;
}

static void growStack(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, ofThread, NULL);
  pthread_join(thread, NULL);
  useStack(700 << 10);
  puts("700 KiB are there");
  fflush(stdout);
  useStack(16 << 20);
  puts("16 MiB are there");
}

static void writeFile(const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  static char block[1000];
  long size = 0;
  for (ssize_t count; (count = write(file, block, sizeof block)) > 0;)
    size += count;
  printf("%ld bytes: %s\n", size, strerror(errno));
}

static void openFiles(void) {
  int last = -1;
  for (int number; (number = open("/dev/null", O_RDONLY)) >= 0;)
    last = number;
  printf("last: %d, %s\n", last, strerror(errno));
}

static void makeProcesses(void) {
  int count = 0;
  for (; count < 100; ++count) {
    pid_t child = fork();
    if (child < 0)
      break;
    if (child == 0)
      for (;;)
        pause();
  }
  printf("%d children: %s\n", count, strerror(errno));
  fflush(stdout);
  signal(SIGTERM, SIG_IGN);
  kill(0, SIGTERM);
  while (wait(NULL) > 0)
    ;
}

int main(int argc, char **argv) {
  const char *mode = argv[1];
  showAll();
  if (!strcmp(mode, "asks"))
    signal(SIGXCPU, onXcpu);
  if (!strcmp(mode, "spins") || !strcmp(mode, "asks"))
    for (volatile unsigned long i = 0;; ++i)
      ;
  if (!strcmp(mode, "memory"))
    takeMemory();
  if (!strcmp(mode, "stack"))
    growStack();
  if (!strcmp(mode, "files-ignored"))
    signal(SIGXFSZ, SIG_IGN);
  if (!strncmp(mode, "files", 5))
    writeFile(argv[2]);
  if (!strcmp(mode, "opens"))
    openFiles();
  if (!strcmp(mode, "forks"))
    makeProcesses();
  if (!strcmp(mode, "aborts"))
    abort();
  return 0;
}

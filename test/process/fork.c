// Can the guest fork as it likes: by the hundred, with children that exit in
// every way, from a constructor, from a thread, without waiting?
// RUN: %same --status 0 %s

#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t Main;

static void atExit(void) {
  printf("atexit in the %s\n", getpid() == Main ? "parent" : "child");
}

static void show(const char *what, pid_t child) {
  int status;
  waitpid(child, &status, 0);
  printf("%s: %04x\n", what, status);
  fflush(stdout);
}

__attribute__((constructor)) static void construct(void) {
  Main = getpid();
  pid_t child = fork();
  if (child == 0)
    _exit(11);
  show("from a constructor", child);
}

__attribute__((destructor)) static void destruct(void) {
  printf("destructor in the %s\n", getpid() == Main ? "parent" : "child");
}

static void *fromThread(void *unused) {
  pid_t child = fork();
  if (child == 0)
    exit(12);
  show("from a thread", child);
  return NULL;
}

static void prepare(void) { write(1, "prepare\n", 8); }
static void inParent(void) { write(1, "parent\n", 7); }
static void inChild(void) {}

int main(void) {
  atexit(atExit);
  pid_t child;
  if ((child = fork()) == 0)
    return 13;
  show("returned", child);
  if ((child = fork()) == 0)
    exit(14);
  show("exit", child);
  if ((child = fork()) == 0)
    abort();
  show("abort", child);
  if ((child = fork()) == 0)
    *(volatile int *)8 = 1;
  show("crash", child);
  if ((child = fork()) == 0)
    quick_exit(15);
  show("quick_exit", child);
  if ((child = fork()) == 0)
    raise(SIGTERM);
  show("terminated", child);
  if ((child = vfork()) == 0)
    _exit(16);
  show("vfork", child);
  pthread_t thread;
  pthread_create(&thread, NULL, fromThread, NULL);
  pthread_join(thread, NULL);

  int sum = 0;
  for (int i = 0; i < 300; ++i)
    if (fork() == 0)
      _exit(i & 7);
  for (int status; wait(&status) > 0;)
    sum += WEXITSTATUS(status);
  printf("three hundred children: %d\n", sum);
  fflush(stdout);

  pthread_atfork(prepare, inParent, inChild);
  if ((child = fork()) == 0)
    _exit(0);
  show("atfork", child);
  return 0;
}

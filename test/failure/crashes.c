// Does every way to crash end as natively, with the output so far?
//
// same.py takes off remote-run's one diagnostic, which must name the signal of
// the native program's death.
// RUN: %same --levels 0 --remote=--disable-core-files %s \
// RUN:   --case="-11 null" --case="-11 code" --case="-11 constant" --case="-11 overflow" \
// RUN:   --case="-11 thread" --case="-11 atexit" --case="-11 quiet" --case="-11 handler" \
// RUN:   --case="-6 abort" --case="-6 assert" --case="-8 divide" --case="-4 trap" \
// RUN:   --case="-7 bus" --case="-14 alarm" --case="-13 pipe" --case="-9 itself"
// RUN: %same --levels 0 --status -11 --remote=--disable-core-files --flags=-DEARLY %s

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const int Constant = 1;
volatile int *volatile Null;
volatile int Zero;

static void crash(void) { *Null = 1; }
static void *crashInThread(void *unused) { crash(); return unused; }
static void crashAgain(int number) { (void)number; crash(); }

// What is no signal, or another one, on other machines.
static int divide(void) {
#if defined(__x86_64__) || defined(__s390x__)
  return 1 / Zero;
#else
  return raise(SIGFPE);
#endif
}
static void trap(void) {
#if defined(__aarch64__) || defined(__powerpc64__)
  raise(SIGILL);
#else
  __builtin_trap();
#endif
}

static int recurse(volatile char *above) {
  volatile char here[4096];
  here[0] = above[0];
  return recurse(here) + here[0];
}

#ifdef EARLY
__attribute__((constructor)) static void early(void) {
  puts("early");
  fflush(stdout);
  crash();
}
#endif

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  printf("crashing by %s\n", how);
  fflush(stdout);
  fprintf(stderr, "on standard error, too\n");
  // What is still in the buffer when a signal strikes is lost.
  printf("lost");
  if (!strcmp(how, "null"))
    crash();
  if (!strcmp(how, "code"))
    *(volatile char *)main = 0;
  if (!strcmp(how, "constant"))
    *(volatile int *)&Constant = 2;
  if (!strcmp(how, "overflow"))
    return recurse((volatile char *)how);
  if (!strcmp(how, "thread")) {
    pthread_t thread;
    pthread_create(&thread, NULL, crashInThread, NULL);
    pthread_join(thread, NULL);
  }
  if (!strcmp(how, "atexit"))
    atexit(crash), exit(3);
  if (!strcmp(how, "quiet")) {
    close(0), close(1), close(2);
    crash();
  }
  if (!strcmp(how, "handler")) {
    signal(SIGUSR1, crashAgain);
    raise(SIGUSR1);
  }
  if (!strcmp(how, "abort"))
    abort();
  if (!strcmp(how, "assert"))
    assert(Zero);
  if (!strcmp(how, "divide"))
    return divide();
  if (!strcmp(how, "trap"))
    trap();
  if (!strcmp(how, "bus")) {
    FILE *empty = tmpfile();
    volatile char *mapped =
        mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fileno(empty), 0);
    return *mapped;
  }
  if (!strcmp(how, "alarm")) {
    ualarm(1000, 0);
    pause();
  }
  if (!strcmp(how, "pipe")) {
    int ends[2];
    if (pipe(ends) == 0 && close(ends[0]) == 0)
      write(ends[1], "x", 1);
  }
  if (!strcmp(how, "itself"))
    raise(SIGKILL);
  return 0;
}

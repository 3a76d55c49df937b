// Does the guest start from a blank state, as after exec(2)?
//
// What went on in the process before must not show: errno is zero (C11 7.5),
// no error of dlsym is pending, no handler, no alternate stack, one thread.
// The constructor asks the same as main.
// UNSUPPORTED: sanitized-executor, sanitized-controller
// RUN: %same --status 0 --link=-lm %s
// Without address space to spare, the executor takes other paths.
// RUN: %same --levels 0 --status 0 --link=-lm --under "%tools/start.py --limit AS=700000000" %s

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fenv.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int threads(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/task");
  for (struct dirent *entry; (entry = readdir(folder));)
    count += entry->d_name[0] != '.';
  closedir(folder);
  return count;
}

static void show(const char *when, int error) {
  const char *dlError = dlerror();
  printf("%s: errno %d, dlerror %s\n", when, error,
         dlError ? dlError : "nothing");
  stack_t stack;
  sigaltstack(NULL, &stack);
  printf("alternate stack: flags %d, size %zu\n", stack.ss_flags,
         stack.ss_size);
  printf("threads: %d\n", threads());
  struct itimerval timer;
  for (int which = ITIMER_REAL; which <= ITIMER_PROF; ++which) {
    getitimer(which, &timer);
    printf("timer %d: %ld\n", which,
           (long)(timer.it_value.tv_sec + timer.it_value.tv_usec));
  }
  printf("rounding %d, exceptions %d\n", fegetround(),
         fetestexcept(FE_ALL_EXCEPT));
  printf("locale %s\n", setlocale(LC_ALL, NULL));
  errno = 0;
  printf("children: %d", (int)wait(NULL));
  printf(" %s\n", errno == ECHILD ? "ECHILD" : "?");
  printf("rand: %d\n", rand());
  printf("no_new_privs %d, dumpable %d, keepcaps %d, subreaper %d\n",
         prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_DUMPABLE),
         prctl(PR_GET_KEEPCAPS), ({
           int v = -1;
           prctl(PR_GET_CHILD_SUBREAPER, &v);
           v;
         }));
  printf("timer slack %d\n", prctl(PR_GET_TIMERSLACK));
}

__attribute__((constructor)) static void construct(void) {
  int error = errno;
  show("constructor", error);
  errno = 0;
}

int main(void) {
  int error = errno;
  // sin brings libm in.
  volatile double zero = 0;
  printf("%g\n", sin(zero));
  show("main", error);
  return 0;
}

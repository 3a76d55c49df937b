// What may happen to a thread that waits for a function: signals whose handlers call
// other missing functions, and leave by longjmp; a profiler's timer; cancellation;
// filters that refuse system calls; children of vfork, and little address space.
// RUN: %same --levels=1 --flags=-I%S/Inputs --link=-pthread \
// RUN:   --remote="--lazy=on -j1" %s --case "0 signals" --case "0 longjmp" \
// RUN:   --case "0 profiled" --case "0 cancelled" --case "0 refused-futex" \
// RUN:   --case "0 refused-both" --case "0 vfork" --case "0 limited" \
// RUN:   --case "0 together"
#include "Inputs/large.h"
#include "slow.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

#define LATE __attribute__((noinline))
SLOW(slow1)
SLOW(slow2)
SLOW(slow3)

static volatile int Handled;
LATE static int inHandler(int X) { return X + 1; }
static void handle(int Signal) {
  LARGE;
  int Old = errno;
  Handled = inHandler(Handled);
  errno = Old;
}
static void setTimer(int Which, int Microseconds, int Again) {
  struct itimerval Value = {{0, Again}, {0, Microseconds}};
  setitimer(Which, &Value, NULL);
}
static void signals(void) {
  signal(SIGALRM, handle);
  setTimer(ITIMER_REAL, 20000, 20000);
  float Result = slow1(1);
  while (Handled < 3)
    ;
  setTimer(ITIMER_REAL, 0, 0);
  printf("%g %d\n", Result, Handled >= 3);
}

static sigjmp_buf Back;
LATE static void leave(int Signal) {
  LARGE;
  siglongjmp(Back, Signal);
}
static void jumps(void) {
  signal(SIGALRM, leave);
  for (volatile int Times = 0; Times != 3;) {
    if (sigsetjmp(Back, 1) == 0) {
      setTimer(ITIMER_REAL, 10000, 0);
      for (;;)
        slow2(1);
    }
    Times = Times + 1;
  }
  printf("%g\n", slow2(2));
}

static _Unwind_Reason_Code step(struct _Unwind_Context *Its, void *Depth) {
  LARGE;
  ++*(int *)Depth;
  return _URC_NO_REASON;
}
static volatile int Samples, Shallow;
static void sample(int Signal) {
  LARGE;
  int Depth = 0;
  _Unwind_Backtrace(step, &Depth);
  Samples = Samples + 1;
  // sample(), the frame of the signal, what was interrupted, main, its caller.
  Shallow = Shallow + (Depth < 4);
}
static void profiled(void) {
  sample(0);
  Samples = Shallow = 0;
  signal(SIGALRM, sample);
  setTimer(ITIMER_REAL, 500, 500);
  float Result = slow1(1) + slow2(2);
  while (Samples < 50)
    ;
  setTimer(ITIMER_REAL, 0, 0);
  printf("%g %d\n", Result, Shallow);
}

static int Cleaned;
static void cleanUp(void *Unused) { Cleaned = 1; }
static pthread_barrier_t Barrier;
static void *waitForIt(void *Unused) {
  LARGE;
  int Old;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &Old);
  pthread_cleanup_push(cleanUp, NULL);
  pthread_barrier_wait(&Barrier);
  for (;;)
    slow3(3);
  pthread_cleanup_pop(0);
  return Unused;
}
static void cancelled(void) {
  pthread_t Thread;
  void *Result;
  pthread_barrier_init(&Barrier, NULL, 2);
  pthread_create(&Thread, NULL, waitForIt, NULL);
  pthread_barrier_wait(&Barrier);
  usleep(50000);
  pthread_cancel(Thread);
  pthread_join(Thread, &Result);
  printf("%d %d %g\n", Result == PTHREAD_CANCELED, Cleaned, slow3(3));
}

static void refuse(int Number) {
  struct sock_filter Rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)Number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog Filter = {sizeof Rules / sizeof *Rules, Rules};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &Filter) != 0)
    exit(2);
}
LATE static int after1(int X) { return X + 1; }
LATE static int after2(int X) { return X + 2; }
static void refused(int Both) {
  usleep(300000); // The controller sleeps, if it has nothing to do.
  refuse(SYS_futex);
  if (Both)
    refuse(SYS_sched_yield);
  printf("%d %g %d\n", after1(1), slow1(1), after2(1));
}

LATE static int inChild(int X) { return X + 40; }
static void vforked(void) {
  for (int Times = 0; Times != 3; ++Times) {
    int Status;
    pid_t Child = vfork();
    if (Child == 0)
      _exit(inChild(Times));
    waitpid(Child, &Status, 0);
    printf("%d\n", WEXITSTATUS(Status));
  }
}

static void limited(void) {
  struct rlimit Limit = {1, 1};
  setrlimit(RLIMIT_AS, &Limit);
  setrlimit(RLIMIT_DATA, &Limit);
  Limit.rlim_cur = Limit.rlim_max = 0;
  setrlimit(RLIMIT_NOFILE, &Limit);
  setrlimit(RLIMIT_FSIZE, &Limit);
  printf("%g %d\n", slow1(1), after1(1));
}

static void *callSlow(void *Its) {
  LARGE;
  pthread_barrier_wait(&Barrier);
  *(float *)Its = slow1(1);
  return NULL;
}
static void together(void) {
  pthread_t Threads[2];
  float Results[2];
  pthread_barrier_init(&Barrier, NULL, 2);
  for (int Each = 0; Each != 2; ++Each)
    pthread_create(&Threads[Each], NULL, callSlow, &Results[Each]);
  for (int Each = 0; Each != 2; ++Each)
    pthread_join(Threads[Each], NULL);
  printf("%g %g\n", Results[0], Results[1]);
}

int main(int Count, char **Arguments) {
  const char *What = Arguments[1];
  setvbuf(stdout, NULL, _IONBF, 0);
  if (!strcmp(What, "signals"))
    signals();
  else if (!strcmp(What, "longjmp"))
    jumps();
  else if (!strcmp(What, "profiled"))
    profiled();
  else if (!strcmp(What, "cancelled"))
    cancelled();
  else if (!strcmp(What, "vfork"))
    vforked();
  else if (!strcmp(What, "limited"))
    limited();
  else if (!strcmp(What, "together"))
    together();
  else
    refused(!strcmp(What, "refused-both"));
  return 0;
}

// Crashes in states of the processor and of the process in which little works.
#define _GNU_SOURCE // clone
#include "guest.h"
#include "machine.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

enum { Page = 4096 };

/// Nothing thread-local is found any more, not even a stack protector's word.
static int withoutThreadPointer(const char *Argument) {
  (void)Argument;
  loseThreadPointer();
  *Null = 1;
  return 98;
}

/// All registers are wrong, the stack's among them.
static int withoutRegisters(const char *Argument) {
  (void)Argument;
  loseRegisters();
  return 98;
}

/// Frame pointers that lead round in a circle, or far away.
static int circularFrames(const char *Argument) {
  void *Frames[4] = {Frames, *Argument ? (void *)1 : (void *)Frames, Frames,
                     Frames};
  crashWithFrames(Frames);
  return 98;
}

static int callNowhere(const char *Argument) {
  void (*volatile Nowhere)(void) = (void (*)(void))strtoull(Argument, NULL, 0);
  Nowhere();
  return 98;
}

/// Only read, write, exit and the return from a handler are allowed.
static int strictly(const char *Argument) {
  (void)Argument;
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
  crash();
  return 98;
}

/// Every system call but the return from a handler is a crash, or an error.
static int filtered(const char *Argument) {
  unsigned Answer = *Argument ? SECCOMP_RET_ERRNO | 1 : SECCOMP_RET_TRAP;
  struct sock_filter Code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, Answer)};
  struct sock_fprog Program = {4, Code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &Program);
  crash();
  return 98;
}

static int undumpable(const char *Argument) {
  (void)Argument;
  prctl(PR_SET_DUMPABLE, 0);
  crash();
  return 98;
}

static void nothing(int Number) { (void)Number; }

/// The stack for handlers is no stack; the handler is the guest's own.
static int badAlternateStack(const char *Argument) {
  char *Memory = mmap(NULL, 16 * Page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t Stack = {.ss_sp = Memory, .ss_size = 16 * Page};
  sigaltstack(&Stack, NULL);
  munmap(Memory, 16 * Page);
  if (*Argument) {
    struct sigaction Action = {.sa_handler = nothing, .sa_flags = SA_ONSTACK};
    sigaction(SIGSEGV, &Action, NULL);
  }
  crash();
  return 98;
}

static int crashHere(void *Argument) {
  crash();
  return Argument != NULL;
}

/// A process in the same memory, or one that is nearly a thread.
static int cloned(const char *Argument) {
  static _Alignas(16) char Stack[16 * Page];
  int Flags = CLONE_VM | (*Argument ? CLONE_FILES | CLONE_FS : 0) | SIGCHLD;
  pid_t Child = clone(crashHere, Stack + sizeof(Stack), Flags, NULL);
  int Status = 0;
  waitpid(Child, &Status, 0);
  printf("%d\n", WTERMSIG(Status));
  return 80;
}

/// The same with handlers in common, which no thread library does.
static int clonedHandlers(const char *Argument) {
  (void)Argument;
  static _Alignas(16) char Stack[16 * Page];
  int Flags = CLONE_VM | CLONE_SIGHAND | SIGCHLD;
  pid_t Child = clone(crashHere, Stack + sizeof(Stack), Flags, NULL);
  int Status = 0;
  waitpid(Child, &Status, 0);
  printf("%d\n", WTERMSIG(Status));
  return 81;
}

/// A signal of a crash that is none, at any moment.
static int byTimer(const char *Argument) {
  (void)Argument;
  timer_t Timer;
  struct sigevent Event = {.sigev_notify = SIGEV_SIGNAL,
                           .sigev_signo = SIGSEGV};
  struct itimerspec Soon = {.it_value = {.tv_nsec = 1000000}};
  timer_create(CLOCK_MONOTONIC, &Event, &Timer);
  timer_settime(Timer, 0, &Soon, NULL);
  for (;;)
    ;
}

static int blocked(const char *Argument) {
  (void)Argument;
  sigset_t Crash;
  sigemptyset(&Crash);
  sigaddset(&Crash, SIGSEGV);
  sigprocmask(SIG_BLOCK, &Crash, NULL);
  raise(SIGSEGV);
  sigset_t Pending;
  sigpending(&Pending);
  printf("pending: %d\n", sigismember(&Pending, SIGSEGV));
  fflush(stdout);
  sigprocmask(SIG_UNBLOCK, &Crash, NULL);
  return 98;
}

int main(int Count, char **Arguments) {
  static const struct Way Ways[] = {
      {"without-thread-pointer", withoutThreadPointer},
      {"with-flags", crashWithFlags},
      {"without-registers", withoutRegisters},
      {"circular-frames", circularFrames},
      {"call-nowhere", callNowhere},
      {"strictly", strictly},
      {"filtered", filtered},
      {"undumpable", undumpable},
      {"bad-alternate-stack", badAlternateStack},
      {"cloned", cloned},
      {"cloned-handlers", clonedHandlers},
      {"by-timer", byTimer},
      {"blocked", blocked},
      {NULL, NULL}};
  return go(Ways, Count, Arguments);
}

// Do libc's signal functions do and tell what they do natively?
//
// remote-run stands in for the default action of the signals that a crash ends
// with, and must not be found: not at entry, not after any change, with any of
// the functions that change and tell.
// UNSUPPORTED: sanitized-executor
// RUN: %same --levels 0,2 --status 0 --link=-ldl %s

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

static const int Signals[] = {SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
                              SIGABRT, SIGTRAP, SIGUSR1};
// Removed from the headers by POSIX, not from libc.
void (*bsd_signal(int, void (*)(int)))(int);
#define RESTORER 0x04000000

static void handler(int number) { (void)number; }
static void handlerWithInfo(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  stack_t *stack = &((ucontext_t *)context)->uc_stack;
  // Whether a stack of size 0 is disabled depends on the parent's (Linux keeps
  // the flag over exec).
  printf("  in the handler: stack %d, size %zu, null %d\n",
         stack->ss_flags & ~SS_DISABLE, stack->ss_size, stack->ss_sp == NULL);
}

static const char *nameOf(void (*found)(int)) {
  return found == SIG_DFL                       ? "default"
         : found == SIG_IGN                     ? "ignored"
         : found == handler                     ? "handler"
         : found == (void (*)(int))handlerWithInfo ? "info"
         : found == SIG_ERR                     ? "error"
         : found == SIG_HOLD                    ? "hold"
                                                : "something else";
}

static void showAction(const char *when, const struct sigaction *action) {
  printf("  %s: %s flags %x mask", when, nameOf(action->sa_handler),
         action->sa_flags & ~RESTORER);
  for (int other = 1; other < 65; ++other)
    if (sigismember(&action->sa_mask, other) == 1)
      printf(" %d", other);
  puts("");
}

static void show(const char *when, int number) {
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  sigaction(number, NULL, &action);
  showAction(when, &action);
}

static void showRaw(const char *when, int number) {
  // The kernel's struct: handler, flags, restorer (not on RISC-V), mask.
#ifdef __riscv
  enum { Mask = 2 };
#else
  enum { Mask = 3 };
#endif
  unsigned long words[4] = {1, 1, 1, 1};
  long result = syscall(SYS_rt_sigaction, number, NULL, words, 8);
  printf("  %s, raw: %ld %s %lx %lx\n", when, result,
         nameOf((void (*)(int))words[0]), words[1] & ~(unsigned long)RESTORER,
         words[Mask]);
}

static void change(int number) {
  printf("signal %d\n", number);
  show("entry", number);
  showRaw("entry", number);
  printf("  signal: %s\n", nameOf(signal(number, handler)));
  show("after signal", number);
  printf("  signal: %s\n", nameOf(signal(number, SIG_DFL)));
  show("after default", number);
  showRaw("after default", number);
  printf("  signal: %s\n", nameOf(signal(number, SIG_IGN)));
  printf("  bsd_signal: %s\n", nameOf(bsd_signal(number, SIG_DFL)));
  printf("  sysv_signal: %s\n", nameOf(sysv_signal(number, handler)));
  show("after sysv_signal", number);
  printf("  sysv_signal: %s\n", nameOf(sysv_signal(number, SIG_DFL)));
  show("after default", number);
  printf("  ssignal: %s\n", nameOf(ssignal(number, SIG_DFL)));
  printf("  sigset: %s\n", nameOf(sigset(number, SIG_HOLD)));
  printf("  sigset: %s\n", nameOf(sigset(number, handler)));
  printf("  sigset: %s\n", nameOf(sigset(number, SIG_DFL)));
  show("after sigset", number);
  printf("  siginterrupt: %d\n", siginterrupt(number, 0));
  show("after siginterrupt", number);
  printf("  siginterrupt: %d\n", siginterrupt(number, 1));
  show("after siginterrupt", number);
  printf("  sigignore: %d\n", sigignore(number));
  show("after sigignore", number);

  struct sigaction action, old;
  memset(&action, 0, sizeof(action));
  action.sa_handler = SIG_DFL;
  action.sa_flags = SA_NODEFER | SA_RESTART;
  sigaddset(&action.sa_mask, SIGHUP);
  printf("  sigaction: %d\n", sigaction(number, &action, &old));
  showAction("old", &old);
  show("default with flags", number);
  // The same struct for both.
  printf("  sigaction: %d\n", sigaction(number, &action, &action));
  showAction("both", &action);
  action.sa_handler = handler;
  action.sa_flags = SA_RESETHAND;
  sigaction(number, &action, &old);
  showAction("old", &old);
  raise(number);
  show("after SA_RESETHAND", number);
  unsigned long words[4] = {0, 0, 0, 0}, before[4] = {1, 1, 1, 1};
  syscall(SYS_rt_sigaction, number, words, before, 8);
  printf("  raw: %s\n", nameOf((void (*)(int))before[0]));
  showRaw("after raw", number);
  // The system call fails, and says why; what succeeds leaves errno alone.
  for (int size = 8; size != 0; size -= 4) {
    errno = 77;
    long result = syscall(SYS_rt_sigaction, number, NULL, before, size);
    printf("  raw, of %d bytes: %ld, errno %d\n", size, result, errno);
  }
}

static void showStack(const char *when) {
  stack_t stack;
  memset(&stack, 0x55, sizeof(stack));
  printf("%s: %d", when, sigaltstack(NULL, &stack));
  printf(" flags %d size %zu null %d\n", stack.ss_flags, stack.ss_size,
         stack.ss_sp == NULL);
  syscall(SYS_sigaltstack, NULL, &stack);
  printf("  raw: flags %d size %zu null %d\n", stack.ss_flags, stack.ss_size,
         stack.ss_sp == NULL);
}

static void changeStack(void) {
  showStack("alternate stack");
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = handlerWithInfo;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR2);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR2);
  showStack("alternate stack");
  static char Memory[65536];
  stack_t stack = {.ss_sp = Memory, .ss_size = sizeof(Memory)}, old;
  printf("set: %d", sigaltstack(&stack, &old));
  printf(" old: flags %d\n", old.ss_flags);
  raise(SIGUSR2);
  showStack("alternate stack");
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, &old);
  printf("old is ours: %d\n", old.ss_sp == Memory);
  showStack("alternate stack");
  stack.ss_flags = 0;
  stack.ss_size = 1;
  printf("too small: %d\n", sigaltstack(&stack, NULL));
}

static void inChild(const char *what, void (*act)(void)) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    act();
    fflush(stdout);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf("%s: status %x\n", what, status & 0x7f);
}

static void die(void) { raise(SIGSEGV); }
static void dieOfDefault(void) {
  signal(SIGSEGV, handler);
  raise(SIGSEGV);
  signal(SIGSEGV, SIG_DFL);
  *(volatile int *)8 = 1;
}
static void ignoreAbort(void) {
  signal(SIGABRT, SIG_IGN);
  abort();
}
static void blockAndFault(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  *(volatile int *)8 = 1;
}
static void waitForSignal(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTRAP);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGTRAP);
  int found = 0;
  sigwait(&set, &found);
  printf("waited for %d\n", found);
}

int main(void) {
  showStack("entry");
  for (unsigned i = 0; i != sizeof(Signals) / sizeof(*Signals); ++i)
    change(Signals[i]);
  changeStack();
  // By way of the dynamic linker, too.
  int (*found)(int, const struct sigaction *, struct sigaction *) =
      (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(
          RTLD_DEFAULT, "sigaction");
  struct sigaction action;
  signal(SIGILL, SIG_DFL);
  found(SIGILL, NULL, &action);
  showAction("dlsym", &action);
  printf("the same function: %d\n", found == sigaction);
  printf("errors: %d %d %d\n", sigaction(SIGKILL, &action, NULL),
         sigaction(0, NULL, &action), signal(65, handler) == SIG_ERR);
  printf("%ld %ld\n", syscall(SYS_getppid) - getppid(), syscall(-1));
  inChild("raise", die);
  inChild("default again", dieOfDefault);
  inChild("ignored abort", ignoreAbort);
  inChild("blocked", blockAndFault);
  inChild("sigwait", waitForSignal);
  return 0;
}

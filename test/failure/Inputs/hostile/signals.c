// Does with signals what keeps others from using them.
#define _GNU_SOURCE // REG_RIP
#include "guest.h"
#include "machine.h"
#include <signal.h>
#include <sys/time.h>

static void setHandler(int Number, void (*Handler)(int), int Flags) {
  struct sigaction Action = {.sa_handler = Handler, .sa_flags = Flags};
  sigaction(Number, &Action, NULL);
}

static void nothing(int Number) { (void)Number; }
static void leave(int Number) { _exit(40 + (Number == SIGSEGV)); }
static void again(int Number) {
  (void)Number;
  crash();
}
static void byDefault(int Number) {
  signal(Number, SIG_DFL);
  raise(Number);
}
static void jumpAway(int Number, siginfo_t *Info, void *Context) {
  (void)Number, (void)Info;
  setProgramCounter(Context, 0x10);
}

static void startTimer(void) {
  struct itimerval Soon = {.it_value = {.tv_usec = 100000}};
  setitimer(ITIMER_REAL, &Soon, NULL);
}

static void setAll(void (*Handler)(int)) {
  for (int Number = 1; Number < NSIG; ++Number)
    setHandler(Number, Handler, 0);
}

static int ignoreAll(const char *Argument) {
  setAll(SIG_IGN);
  puts("ready");
  fflush(stdout);
  for (;;)
    if (*Argument == 'p')
      pause();
}

static int spin(const char *Argument) {
  (void)Argument;
  for (volatile int I = 0;; ++I)
    ;
}

static int crashIgnoring(const char *Argument) {
  (void)Argument;
  setAll(SIG_IGN);
  crash();
  return 98;
}

static int crashBlocking(const char *Argument) {
  (void)Argument;
  sigset_t All;
  sigfillset(&All);
  sigprocmask(SIG_BLOCK, &All, NULL);
  crash();
  return 98;
}

/// The instruction crashes for ever, until the timer ends it.
static int crashForEver(const char *Argument) {
  (void)Argument;
  setHandler(SIGSEGV, nothing, 0);
  startTimer();
  crash();
  return 98;
}

static int crashInHandler(const char *Argument) {
  setHandler(SIGSEGV, again, *Argument ? SA_NODEFER : 0);
  crash();
  return 98;
}

static int exitInHandler(const char *Argument) {
  setHandler(SIGSEGV, leave, 0);
  setHandler(SIGUSR1, leave, 0);
  if (*Argument)
    crash();
  raise(SIGUSR1);
  return 98;
}

static int defaultInHandler(const char *Argument) {
  (void)Argument;
  setHandler(SIGSEGV, byDefault, SA_NODEFER);
  crash();
  return 98;
}

static int jumpInHandler(const char *Argument) {
  (void)Argument;
  struct sigaction Action = {.sa_sigaction = jumpAway,
                             .sa_flags = SA_SIGINFO | SA_RESETHAND};
  sigaction(SIGSEGV, &Action, NULL);
  crash();
  return 98;
}

static int noAlternateStack(const char *Argument) {
  (void)Argument;
  stack_t None = {.ss_flags = SS_DISABLE};
  sigaltstack(&None, NULL);
  loseStack();
  return 98;
}

static int raiseIt(const char *Argument) {
  raise(atoi(Argument));
  return 42;
}

static int storm(const char *Argument) {
  setHandler(SIGUSR1, nothing, 0);
  for (int I = 0; I < atoi(Argument); ++I)
    kill(getpid(), SIGUSR1);
  return 43;
}

int main(int Count, char **Arguments) {
  static const struct Way Ways[] = {{"ignore-all", ignoreAll},
                                    {"spin", spin},
                                    {"crash-ignoring", crashIgnoring},
                                    {"crash-blocking", crashBlocking},
                                    {"crash-for-ever", crashForEver},
                                    {"crash-in-handler", crashInHandler},
                                    {"exit-in-handler", exitInHandler},
                                    {"default-in-handler", defaultInHandler},
                                    {"jump-in-handler", jumpInHandler},
                                    {"no-alternate-stack", noAlternateStack},
                                    {"raise", raiseIt},
                                    {"storm", storm},
                                    {NULL, NULL}};
  return go(Ways, Count, Arguments);
}

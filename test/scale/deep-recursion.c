// Does the program have as much stack as a native one, and no more?
//
// It recurses until a given number of KiB are left of the limit; for the second
// case, until a handler on a stack of its own is told of the fault, which has to
// be where the limit is; for the third, until it dies.
//
// RUN: %same --case "0 near" --case "0 handled" --case "-11 beyond" %s

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static uintptr_t Top, Limit, Used, Wanted;

// The end of the stack's mapping, from which the kernel counts.
static uintptr_t stackEnd(void) {
  char Line[512];
  unsigned long Start, End = 0;
  FILE *Maps = fopen("/proc/self/maps", "r");
  while (fgets(Line, sizeof Line, Maps))
    if (strstr(Line, "[stack]"))
      sscanf(Line, "%lx-%lx", &Start, &End);
  fclose(Maps);
  return End;
}

__attribute__((noinline)) static unsigned descend(unsigned Depth) {
  volatile char Frame[1024];
  Frame[0] = (char)Depth;
  Used = Top - (uintptr_t)&Frame[0];
  unsigned Below = Used < Wanted ? descend(Depth + 1) : 0;
  return Below + (Frame[0] == (char)Depth);
}

static void onFault(int Signal, siginfo_t *Info, void *Context) {
  uintptr_t At = Top - (uintptr_t)Info->si_addr;
  int IsAtLimit = At > Limit - 4096 && At < Limit + 16384;
  dprintf(1, "signal %d %s the limit\n", Signal,
          IsAtLimit ? "at" : "not at");
  _exit(IsAtLimit ? 0 : 1);
}

static void handleOnOtherStack(void) {
  static char Other[65536];
  stack_t Stack = {.ss_sp = Other, .ss_size = sizeof Other};
  struct sigaction Action = {.sa_sigaction = onFault,
                             .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaltstack(&Stack, NULL);
  sigaction(SIGSEGV, &Action, NULL);
}

int main(int Count, char **Arguments) {
  struct rlimit Stack;
  getrlimit(RLIMIT_STACK, &Stack);
  Limit = Stack.rlim_cur;
  Top = stackEnd();
  Wanted = UINTPTR_MAX;
  if (strcmp(Arguments[1], "near") == 0)
    Wanted = Limit - 64 * 1024;
  else if (strcmp(Arguments[1], "handled") == 0)
    handleOnOtherStack();
  unsigned Depth = descend(0);
  printf("%s\n", Depth > (Limit - 1024 * 1024) / 1200 ? "deep" : "not deep");
  return Used >= Wanted ? 0 : 1;
}

// A hostile program has many ways; its first argument names one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Way {
  const char *Name;
  int (*Go)(const char *Argument);
};

static volatile int *volatile Null;

__attribute__((noinline, unused)) static void crash(void) { *Null = 1; }

static inline int go(const struct Way *Ways, int Count, char **Arguments) {
  for (const struct Way *Each = Ways; Count > 1 && Each->Name; ++Each)
    if (strcmp(Each->Name, Arguments[1]) == 0)
      return Each->Go(Count > 2 ? Arguments[2] : "");
  return 99;
}

// Does the leak sanitizer know the program's own variables, so that what they
// point to is no leak?
//
// LD_PRELOAD is remote-run's, too, and a process cannot have two sanitizers.
// UNSUPPORTED: sanitized-executor, sanitized-controller
// RUN: %same --status 0 --flags=-fsanitize=address --link="-shared-libsan -Wl,-rpath,%runtimes" \
// RUN:   --under "env LD_PRELOAD=%runtimes/libclang_rt.asan-x86_64.so" %s

#include <stdlib.h>

int *InZeroes;
static char **InData = (char **)&InZeroes;
static _Thread_local int *PerThread;

int main(void) {
  InZeroes = calloc(10, sizeof(int));
  InData = malloc(sizeof(char *));
  *InData = malloc(30);
  PerThread = malloc(20);
  return *InZeroes;
}

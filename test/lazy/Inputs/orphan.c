// Leaves a child, which calls functions when this has ended, and writes what they return
// to the file ARGUMENT; or which is another program then, for "executes".
#include "slow.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

SLOW(first)
SLOW(second)

int main(int Count, char **Arguments) {
  pid_t Parent = getpid();
  if (fork() != 0)
    return 7;
  while (getppid() == Parent)
    usleep(1000);
  if (!strcmp(Arguments[1], "executes"))
    execlp("sleep", "sleep", "3600", (char *)0);
  FILE *Out = fopen(Arguments[1], "w");
  fprintf(Out, "called %d %d\n", first(1) != 0.125f, second(2) != 0.125f);
  return fclose(Out);
}

// Can the guest close every descriptor it did not open, and go on?
// RUN: %same --levels 0 %s \
// RUN:   --case "7 loop" --case "7 range" --case "7 range all" \
// RUN:   --case "-6 range abort"

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const char *then = argc > 2 ? argv[2] : "";
  printf("before\n");
  fflush(stdout);
  int first = strcmp(then, "all") == 0 ? 0 : 3;
  if (strcmp(argv[1], "loop") == 0)
    for (int number = first; number < 65536; ++number)
      close(number);
  else
    close_range(first, ~0u, 0);
  if (strcmp(then, "abort") == 0)
    abort();
  pid_t child = fork();
  if (child == 0)
    _exit(7);
  int status;
  waitpid(child, &status, 0);
  printf("after\n");
  return WEXITSTATUS(status);
}

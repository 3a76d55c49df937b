// Are a program's end by a signal and its exit status the same on other
// machines?
// REQUIRES: other-machines
// RUN: %same-on-targets --remote=--symbolize=off %s --case "-11 segv" \
// RUN:   --case "-6 abort" --case "-15 term" --case "9 exit" --case "3 quick"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int Count, char **Values) {
  if (!strcmp(Values[1], "segv"))
    *(volatile int *)8 = 1;
  if (!strcmp(Values[1], "abort"))
    abort();
  if (!strcmp(Values[1], "term"))
    raise(SIGTERM);
  if (!strcmp(Values[1], "quick"))
    _exit(3);
  exit(9);
}

// Do the keys of a terminal reach the guest once, and leave the rest to it?
//
// The terminal sends to the whole foreground group, remote-run included.
// RUN: %same --levels 0 --status 0 --under "%tools/on-terminal.py --after=ready --input='\x03x\n'" %s -- 2
// RUN: %same --levels 0 --status 0 --under "%tools/on-terminal.py --after=ready --input='\x1cx\n'" %s -- 3
// Undisturbed, the guest dies of it, and so does the shell's child.
// RUN: %same --levels 0 --status -2 --under "%tools/on-terminal.py --after=ready --input='\x03'" %s -- 0

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t Count;
static void onSignal(int number) { ++Count; }

int main(int argc, char **argv) {
  int number = atoi(argv[1]);
  if (number != 0)
    signal(number, onSignal);
  printf("ready\n");
  fflush(stdout);
  char c = 0;
  // Until the line after the key.
  while (c != '\n')
    if (read(0, &c, 1) == 0)
      return 1;
  printf("signal %d: %d times\n", number, Count);
  return 0;
}

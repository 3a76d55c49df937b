// Do standard output and standard error keep the order that buffering gives
// them, on one pipe and on a terminal?
//
// A pipe is fully buffered: what is on standard error overtakes. A terminal is
// line-buffered.
// RUN: %same --status 0 --under "%python %S/Inputs/one-pipe.py" %s
// RUN: %same --status 0 --under "%tools/on-terminal.py" %s
// RUN: %same --status 0 %s

#include <stdio.h>
#include <unistd.h>

int main(void) {
  printf("first");
  fprintf(stderr, "second\n");
  printf(" third\nfourth");
  fprintf(stderr, "fifth ");
  write(1, "sixth\n", 6);
  for (int i = 0; i < 2000; ++i) {
    printf("out %d\n", i);
    if (i % 100 == 0)
      fprintf(stderr, "err %d\n", i);
  }
  setvbuf(stdout, NULL, _IONBF, 0);
  printf("unbuffered ");
  fprintf(stderr, "last\n");
  return 0;
}

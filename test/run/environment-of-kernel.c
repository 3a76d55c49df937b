// Does /proc/self/environ show what the guest was started with, and nothing
// else?
// RUN: %same --levels 0 --status 0 --under "env -i A=1 B= C=three" %s
// RUN: %same --levels 0 --status 0 --under "env -i" %s

#include <stdio.h>

int main(void) {
  FILE *file = fopen("/proc/self/environ", "r");
  int c, size = 0;
  for (; (c = getc(file)) != EOF; ++size)
    printf(c ? "%c" : "|", c);
  printf("\n%d bytes\n", size);
  return 0;
}

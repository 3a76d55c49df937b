// Do libraries use the guest's variable where it has their name?
//
// libc reads optind and opterr by name, and the executable's come first.
// UNSUPPORTED: sanitized-executor
// RUN: %same --status 0 %s

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int opterr = 0;
int optind = 2;
char *program_invocation_name = "mine";
int main(int argc, char **argv) {
  char *arguments[] = {"program", "-a", "-b", "-?", "x", NULL};
  int c;
  while ((c = getopt(5, arguments, "ab")) != -1)
    printf("%c %d\n", c, optind);
  printf("%d\n", optind);
  return 0;
}

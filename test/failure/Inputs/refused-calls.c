/// Does what its first argument names.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char text[100] = "";
  puts("hello");
  fflush(stdout);
  if (!strcmp(argv[1], "crash"))
    *(volatile int *)(long)atoi(argv[2]) = 1;
  if (!strcmp(argv[1], "wait"))
    for (;;)
      pause();
  if (!strcmp(argv[1], "stop"))
    raise(SIGSTOP);
  if (!strcmp(argv[1], "read") && fgets(text, sizeof text, stdin))
    fputs(text, stdout);
  return atoi(argv[2]);
}

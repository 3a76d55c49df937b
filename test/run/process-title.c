// Can the guest change what ps(1) shows for it, by writing over its arguments
// and its environment?
// RUN: %same --levels 0 --status 0 --under "env -i FIRST=1 SECOND=" %s -- one two

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show(const char *when) {
  char text[4096];
  FILE *file = fopen("/proc/self/cmdline", "r");
  size_t size = fread(text, 1, sizeof(text), file);
  fclose(file);
  printf("%s:", when);
  // argv[0] is the path of a temporary file.
  for (size_t i = 0; i < size; ++i)
    printf(text[i] ? "%c" : "|", text[i]);
  printf("\n");
}

int main(int argc, char **argv) {
  show("start");
  // Up to the last byte of the arguments, which no longer ends in a zero: then
  // the kernel reads on into the environment.
  char *end = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
  memset(argv[0], 'T', end - argv[0]);
  strcpy(end, "AIL");
  show("long title");
  memset(argv[0], 0, end - argv[0] + 4);
  strcpy(argv[0], "short");
  show("short title");
  return 0;
}

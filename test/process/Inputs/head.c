#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int count = atoi(argv[1]);
  char text[4096];
  if (strcmp(argv[2], "read") == 0) {
    ssize_t size = read(0, text, count);
    printf("%zd bytes: %.*s\n", size, (int)size, text);
    return 0;
  }
  for (int i = 0; i < count; ++i) {
    fgets(text, sizeof(text), stdin);
    fputs(text, stdout);
  }
  fflush(stdout);
  if (strcmp(argv[2], "_exit") == 0)
    _exit(0);
  return 0;
}

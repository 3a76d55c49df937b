/// Says what a library says, and the last part of where it is.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int util(void);

int main(void) {
  char folder[4096];
  getcwd(folder, sizeof folder);
  printf("%d in %s\n", util(), strrchr(folder, '/') + 1);
  return 0;
}

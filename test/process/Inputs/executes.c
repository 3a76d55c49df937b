// A library that starts the program again.
#include <stdio.h>
#include <unistd.h>

void executeAgain(char **Arguments) {
  char Name[4096] = "";
  readlink("/proc/self/exe", Name, sizeof(Name) - 1);
  puts(Name);
  fflush(stdout);
  execv("/proc/self/exe", Arguments);
}

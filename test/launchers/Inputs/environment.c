/// Says where it is, and what is in its environment.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  char folder[4096];
  printf("in %s\n", getcwd(folder, sizeof folder));
  for (int i = 1; i < argc; ++i) {
    const char *value = getenv(argv[i]);
    int times = 0;
    for (char **entry = environ; *entry; ++entry) {
      const char *p = *entry, *q = argv[i];
      while (*q && *p == *q)
        ++p, ++q;
      times += *q == 0 && *p == '=';
    }
    printf("%s %d %s%s%s\n", argv[i], times, value ? "[" : "",
           value ? value : "absent", value ? "]" : "");
  }
  return 0;
}

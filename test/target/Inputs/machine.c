#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

int main(int Count, char **Values) {
  struct utsname Name;
  uname(&Name);
  puts(Name.machine);
  char Line[100];
  if (Count > 1 && !strcmp(Values[1], "cat") && fgets(Line, 100, stdin))
    fputs(Line, stdout);
  return 0;
}

// Does a C object of gcc's own default, which is -fPIE in Debian, share libc's
// variables and the addresses of its functions with the program?
//
// gcc's -fPIE relies on copy relocations for these: it reads them relative to
// the code.
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c gcc=%t/part.c
// RUN: %linked main=%t/main.c object:-fPIE=%t/part.c

//--- main.c
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
FILE *theirOutput(void);
char **theirEnvironment(void);
int (*theirPuts(void))(const char *);
void useGetopt(int, char **);
extern char **environ;
int main(int Count, char **Values) {
  printf("%d\n", theirOutput() == stdout);
  fprintf(theirOutput(), "written\n");
  setenv("LINK_TEST", "here", 1);
  printf("%d\n", theirEnvironment() == environ);
  printf("%d\n", theirPuts() == puts);
  theirPuts()("called");
  char *Arguments[] = {"prog", "-x", "value", 0};
  useGetopt(3, Arguments);
  printf("%d %s\n", optind, optarg);
  return 0;
}

//--- part.c
#include <stdio.h>
#include <unistd.h>
extern char **environ;
FILE *theirOutput(void) { return stdout; }
char **theirEnvironment(void) { return environ; }
int (*theirPuts(void))(const char *) { return puts; }
void useGetopt(int Count, char **Values) {
  int Option = getopt(Count, Values, "x:");
  fprintf(stdout, "option %c at %d: %s\n", Option, optind, optarg);
}

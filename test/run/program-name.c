// Is the program known by its own name, everywhere that libc and the kernel
// keep one?
//
// The arguments of same.py call both programs ".../prog", and remote-run takes
// the .bc off its own.
// Natively, the emulator gives its own name to the process.
// UNSUPPORTED: on-other-machine
// RUN: %same --levels 0 --status 0 %s

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char *__progname, *__progname_full;

int main(int argc, char **argv) {
  printf("full name is argv[0]: %d\n", program_invocation_name == argv[0]);
  printf("short name is in argv[0]: %d\n",
         program_invocation_short_name == strrchr(argv[0], '/') + 1);
  printf("%s\n", program_invocation_short_name);
  printf("aliases agree: %d %d\n", __progname == program_invocation_short_name,
         __progname_full == program_invocation_name);

  char name[16];
  prctl(PR_GET_NAME, name);
  printf("PR_GET_NAME: %s\n", name);
  FILE *file = fopen("/proc/self/comm", "r");
  fgets(name, sizeof(name), file);
  printf("comm: %s", name);

  warnx("from warnx");
  error(0, 0, "from error");
  errno = ENOENT;
  perror("from perror");
  return 0;
}

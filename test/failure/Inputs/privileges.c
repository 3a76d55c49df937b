/// Becomes nobody by the function that its argument names, and waits.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { Nobody = 65534 };

static int change(const char *how) {
  if (!strcmp(how, "setuid"))
    return setuid(Nobody);
  if (!strcmp(how, "seteuid"))
    return seteuid(Nobody);
  if (!strcmp(how, "setreuid"))
    return setreuid(Nobody, Nobody);
  if (!strcmp(how, "setresuid"))
    return setresuid(Nobody, Nobody, Nobody);
  if (!strcmp(how, "setfsuid"))
    return setfsuid(Nobody) * 0;
  if (!strcmp(how, "setgid"))
    return setgid(Nobody);
  if (!strcmp(how, "setegid"))
    return setegid(Nobody);
  if (!strcmp(how, "setregid"))
    return setregid(Nobody, Nobody);
  if (!strcmp(how, "setresgid"))
    return setresgid(Nobody, Nobody, Nobody);
  if (!strcmp(how, "setfsgid"))
    return setfsgid(Nobody) * 0;
  if (!strcmp(how, "syscall"))
    return syscall(SYS_setuid, Nobody);
  int (*found)(uid_t) = (int (*)(uid_t))dlsym(RTLD_DEFAULT, "setuid");
  return found(Nobody);
}

int main(int argc, char **argv) {
  errno = 0;
  int result = change(argv[1]);
  if (geteuid() == 0 && !strcmp(argv[1], "setuid"))
    return 2;
  printf("%s\n", result == 0 || errno == EPERM ? "ready" : strerror(errno));
  fflush(stdout);
  pause();
}

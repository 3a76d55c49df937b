// Is the program's parent who has started it? Of a program that starts itself it
// is the program, and when that one ends, somebody else.
//
// (Of other processes /proc says under qemu-user that they run the emulator, so that
// remote-run is not found among those above the program.)
// UNSUPPORTED: emulated-host
// RUN: %same %s --case "0 first"
// RUN: %same %s --case "0 first" --remote=--stdio=forward
// RUN: %same %s --case "0 first" --remote=--image=false
//
// RUN: %clang -c -emit-llvm %s -o %t.bc
// RUN: sh -c 'echo $$; "$@"; :' sh %bare-remote-run %t.bc told >%t.told
// RUN: uniq %t.told | count 1
//
// Who cannot start itself is not told either: remote-run starts a launcher.
// RUN: sh -c 'echo $$; "$@"; :' sh %bare-remote-run --launcher=env %t.bc told >%t.told
// RUN: uniq %t.told | count 2
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void start(char **argv, const char *what) {
  char parent[16];
  snprintf(parent, sizeof parent, "%d", getpid());
  char *words[] = {argv[0], (char *)what, parent, NULL};
  pid_t child;
  if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, words, environ) != 0)
    perror("posix_spawn");
}

int main(int argc, char **argv) {
  setbuf(stdout, NULL);
  pid_t (*found)(void) = (pid_t(*)(void))dlsym(RTLD_DEFAULT, "getppid");
  int parent = argc > 2 ? atoi(argv[2]) : getppid();
  if (!strcmp(argv[1], "told"))
    return printf("%d\n", parent), 0;
  errno = 0;
  printf("%s: %d %d %d %d\n", argv[1], getppid() == parent, found() == parent,
         syscall(SYS_getppid) == parent, errno);
  pid_t own = getpid();
  if (fork() == 0)
    return printf("fork: %d\n", getppid() == own), 0;
  wait(NULL);
  int ends[2];
  char byte;
  if (!strcmp(argv[1], "first")) {
    // Until all have ended, whoever is their parent.
    pipe(ends);
    start(argv, "middle");
    close(ends[1]);
    read(ends[0], &byte, 1);
    wait(NULL);
  } else if (!strcmp(argv[1], "middle")) {
    // It looks before its parent ends.
    pipe(ends);
    char number[16];
    snprintf(number, sizeof number, "%d", ends[1]);
    setenv("LOOKED", number, 1);
    start(argv, "last");
    read(ends[0], &byte, 1);
  } else {
    write(atoi(getenv("LOOKED")), "", 1);
    while (getppid() == parent)
      usleep(1000);
    printf("the parent has ended\n");
  }
  return 0;
}

// Is the environment the one that remote-run was started with, to the byte?
//
// execve(2) takes strings that are no assignments, duplicates and emptiness.
// RUN: %python -c "import sys; sys.stdout.buffer.write( \
// RUN:   b'A=1\0no assignment\0\0A=2\0=odd\0B=\xff\x80\0LAST=' + b'x' * 100000 + b'\0')" \
// RUN:   > %t.environment
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --environment %t.environment" %s
// RUN: %python -c "pass" > %t.empty
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --environment %t.empty" %s
// RUN: env REMOTE_RUN_EXECUTOR=mine %same --levels 0 --status 0 %s
//
// The variable that tells an executor of its session is the program's own, too:
// standard streams that are pipes could be a session's; and others.
// RUN: %same --levels 0 --status 0 --under "sh -c 'echo | REMOTE_RUN_EXECUTOR=0,1 \"$0\" \"$@\"'" %s
// RUN: env REMOTE_RUN_EXECUTOR=0,1 %same --levels 0 --status 0 %s
// RUN: env REMOTE_RUN_EXECUTOR=0,1 %same --levels 0 --status 0 --remote=--stdio=forward %s
// RUN: %same --levels 0 --status 0 --under "sh -c '{ true | REMOTE_RUN_EXECUTOR=7,8 \"$0\" \"$@\" 7<&0 8>&1; } | cat'" %s

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **__environ, **_environ;

static void show(const char *text) {
  int length = 0;
  for (; *text && length < 60; ++text, ++length)
    printf(*text >= ' ' && *text < 127 ? "%c" : "\\%02x", (unsigned char)*text);
  printf("%s\n", *text ? "..." : "");
}

int main(int argc, char **argv, char **envp) {
  for (char **entry = envp; *entry; ++entry)
    show(*entry);
  printf("aliases agree: %d %d %d\n", environ == envp, __environ == envp,
         _environ == envp);
  printf("A is %s\n", getenv("A") ? getenv("A") : "not set");
  printf("ours is %s\n", getenv("REMOTE_RUN_EXECUTOR")
                             ? getenv("REMOTE_RUN_EXECUTOR")
                             : "not set");
  setenv("A", "changed", 1);
  unsetenv("B");
  fflush(stdout);
  system("echo shell: $A $B; env | grep -c .");
  clearenv();
  printf("cleared: %d\n", environ == NULL && __environ == NULL);
  return 0;
}

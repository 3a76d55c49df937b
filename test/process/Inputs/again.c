// Starts itself as the first argument says, by the path that is the second, with the
// rest of its arguments; or does what is left to do.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef WITH_UTILITY
int utility(void);
#else
static int utility(void) { return 1; }
#endif

int main(int argc, char **argv) {
  char *how = argc > 1 ? argv[1] : "", folder[4096];
  if (!strcmp(how, "show")) {
    printf("%d in %s, A is %s\n", utility(), getcwd(folder, sizeof folder),
           getenv("A") ? getenv("A") : "not set");
    return 3;
  }
  if (!strcmp(how, "wait")) {
    puts("waiting");
    fflush(stdout);
    for (;;)
      pause();
  }
  if (!strcmp(how, "change")) {
    setenv("A", "changed", 1);
    setenv("PATH", "/none", 1);
    chdir("/usr");
  }
  if (!strcmp(how, "remove"))
    rmdir(getcwd(folder, sizeof folder));
  if (!strcmp(how, "ignore"))
    signal(SIGTERM, SIG_IGN);
  if (!strcmp(how, "exit"))
    return 0;
  char *words[16] = {argv[0]};
  memcpy(words + 1, argv + 3, (argc - 2) * sizeof *words);
  if (!strcmp(how, "fork") && fork()) {
    int status;
    wait(&status);
    return printf("status %x\n", status), 0;
  }
  execvp(strcmp(argv[2], "name") ? argv[2] : argv[0], words);
  printf("exec: %s\n", strerror(errno));
  return 1;
}

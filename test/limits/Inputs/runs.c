/// Says "ready" and runs for ever, in one of several ways.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const char *text) {
  if (write(1, text, strlen(text)) < 0)
    _exit(9);
}

static void onTerm(int number) {
  (void)number;
  say("asked\n");
}

static void onTermStop(int number) {
  (void)number;
  raise(SIGTSTP);
}

static void leave(int number) {
  (void)number;
  say("leaving\n");
  _exit(3);
}

static void sayNumber(int number) {
  char text[20];
  snprintf(text, sizeof text, "%d\n", number);
  say(text);
}

/// The system's word on the parent; libc's is the parent of remote-run.
static int remoteRun(void) {
  int parent = 0;
  FILE *file = fopen("/proc/self/stat", "r");
  if (!file || fscanf(file, "%*d (%*[^)]) %*c %d", &parent) != 1)
    _exit(9);
  fclose(file);
  return parent;
}

/// What nobody holds open any more is at its end.
static void letGoOfStreams(void) {
  int null = open("/dev/null", O_RDWR);
  for (int number = 0; number < 3; ++number)
    dup2(null, number);
}

/// Children that outlive everything but SIGKILL, with their numbers, in the
/// group of their parent.
static void leaveChildren(int count) {
  int ready[2];
  if (pipe(ready) != 0)
    _exit(9);
  for (int i = 0; i < count; ++i) {
    pid_t child = fork();
    if (child == 0) {
      for (int number = 1; number < 32; ++number)
        signal(number, SIG_IGN);
      letGoOfStreams();
      if (write(ready[1], "x", 1) < 0)
        _exit(9);
      for (;;)
        pause();
    }
    sayNumber(child);
    char c;
    if (read(ready[0], &c, 1) != 1)
      _exit(9);
  }
}

int main(int argc, char **argv) {
  const char *mode = argv[1];
  if (!strcmp(mode, "asked") || !strcmp(mode, "lingering-asked"))
    signal(SIGTERM, onTerm);
  if (!strcmp(mode, "stops-asked"))
    signal(SIGTERM, onTermStop);
  if (!strcmp(mode, "leaves"))
    signal(SIGTERM, leave);
  if (!strcmp(mode, "lingering") || !strcmp(mode, "lingering-asked") ||
      !strcmp(mode, "ends"))
    leaveChildren(3);
  if (!strcmp(mode, "elsewhere")) {
    // The group that it led stays behind with a child.
    leaveChildren(1);
    pid_t other = fork();
    if (other == 0) {
      letGoOfStreams();
      for (;;)
        pause();
    }
    setpgid(other, other);
    if (setpgid(0, other) != 0)
      _exit(9);
    sayNumber(other);
  }
  if (!strcmp(mode, "tells"))
    kill(remoteRun(), SIGTERM);
  say("ready\n");
  if (!strcmp(mode, "ends"))
    return 5;
  if (!strcmp(mode, "stops"))
    raise(SIGSTOP);
  if (!strcmp(mode, "spins"))
    for (volatile unsigned i = 0;; ++i)
      ;
  for (;;)
    pause();
}

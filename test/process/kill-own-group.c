// Does a signal that the guest sends to its own process group arrive once, and
// does the run survive what the guest survives?
//
// remote-run is a member of the group as well: it must neither die of the signal
// nor pass it on a second time, not even in the first moment of the run. The group is a session of its own, so that the
// test runner is not in it.
// RUN: %same --levels 0 --under "%tools/start.py --session" %s \
// RUN:   --case "0 1" --case "0 2" --case "0 3" \
// RUN:   --case "0 10" --case "0 12" --case "0 15" \
// RUN:   --case "0 13" --case "0 14" --case "0 34"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t Count;
static void onSignal(int number) { ++Count; }

/// Children come and go, and each is a moment for a stray signal to arrive in.
static void letOthersRun(void) {
  for (int i = 0; i < 50; ++i) {
    pid_t child = fork();
    if (child == 0)
      _exit(0);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
      ;
  }
}

int main(int argc, char **argv) {
  int number = atoi(argv[1]);
  signal(number, onSignal);
  for (int i = 0; i < 10; ++i) {
    kill(0, number);
    letOthersRun();
  }
  printf("signal %d: %d times\n", number, Count);
  return 0;
}

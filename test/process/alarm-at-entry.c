// Does an alarm that was set before the program was started reach the program?
//
// exec(2) keeps it; "alarm, then exec" is how small time limits are built.
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --alarm 1000" %s -- left
// RUN: %same --levels 0 --status 3 --under "%tools/start.py --alarm 1" %s -- caught

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void onAlarm(int number) { _exit(3); }

int main(int argc, char **argv) {
  signal(SIGALRM, onAlarm);
  if (argv[1][0] == 'c')
    pause();
  printf("an alarm was set: %d\n", alarm(0) > 500);
  return 0;
}

// Does an alarm that was set before the program was started reach the program?
//
// exec(2) keeps it; "alarm, then exec" is how small time limits are built. So it
// does a timer that goes on, with fractions of a second.
// (Under an emulator a program is not yet compiled when the second of one of these has
// passed.)
// UNSUPPORTED: emulated-host
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --alarm 1000" %s -- left
// RUN: %same --levels 0 --status 3 --under "%tools/start.py --alarm 1" %s -- caught
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --timer 1000.5,2.25" %s -- timer
// RUN: %same --levels 0 --status 0 --under "%tools/start.py --timer 1000.5,0.000001" %s -- timer

#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

static void onAlarm(int number) { _exit(3); }

int main(int argc, char **argv) {
  signal(SIGALRM, onAlarm);
  if (argv[1][0] == 'c')
    pause();
  if (argv[1][0] == 't') {
    struct itimerval timer;
    getitimer(ITIMER_REAL, &timer);
    printf("each %ld s %ld us\n", (long)timer.it_interval.tv_sec,
           (long)timer.it_interval.tv_usec);
  }
  printf("an alarm was set: %d\n", alarm(0) > 500);
  return 0;
}

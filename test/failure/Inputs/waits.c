/// Says "ready" and waits for signals. By its first argument it leaves them
/// alone ("default"), counts them and exits with 7 at the end of its input
/// ("count"), or exits with 9 at the first ("exit").
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t count, last;

static void onSignal(int number) {
  ++count;
  last = number;
}

static void leave(int number) {
  (void)number;
  _exit(9);
}

int main(int argc, char **argv) {
  static const int numbers[] = {SIGINT,  SIGTERM, SIGHUP,
                                SIGQUIT, SIGUSR1, SIGUSR2};
  struct sigaction action = {.sa_flags = SA_RESTART};
  action.sa_handler = !strcmp(argv[1], "exit") ? leave : onSignal;
  if (strcmp(argv[1], "default"))
    for (int i = 0; i < 6; ++i)
      sigaction(numbers[i], &action, NULL);
  puts("ready");
  fflush(stdout);
  char c;
  while (read(0, &c, 1) == 1) {
    printf("%d signals, last %d\n", count, last);
    fflush(stdout);
  }
  return argc > 1 ? 7 : 1;
}

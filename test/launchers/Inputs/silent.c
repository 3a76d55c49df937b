/* Says who its parent is, and ends at the end of its input; a signal of Ctrl-C
   makes it silent for longer than its far end may be. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t Interrupted;
static void note(int Signal) { Interrupted = Signal; }

/* The system's word: getppid tells what a native program would be told. */
static int parent(void) {
  int Number = 0;
  FILE *Status = fopen("/proc/self/stat", "r");
  if (Status && fscanf(Status, "%*d (%*[^)]) %*c %d", &Number) != 1)
    Number = 0;
  return Number;
}

int main(void) {
  struct sigaction Action = {.sa_handler = note};
  sigaction(SIGINT, &Action, NULL);
  printf("%d %d\n", parent(), getpid());
  fflush(stdout);
  char Byte;
  while (read(0, &Byte, 1) != 0 && !Interrupted)
    ;
  sleep(4);
  return 7;
}

#include <signal.h>
#include <stdio.h>

int main(void) {
  for (int i = 0; i < 5; ++i) {
    raise(i % 2 ? SIGSTOP : SIGTSTP);
    printf("went on %d\n", i);
    fflush(stdout);
  }
  return 17;
}

/* Says what the terminal is to it, reads a line there, and waits for ever. */
#include <stdio.h>
#include <unistd.h>

int answer = 42;

int main(void) {
  char Name[20];
  printf("name? ");
  fflush(stdout);
  if (!fgets(Name, sizeof(Name), stdin))
    return 1;
  printf("hello %s", Name);
  answer += Name[0] == 0;
  printf("leader %d, foreground %d\n", getpgrp() == getpid(),
         tcgetpgrp(0) == getpgrp());
  printf("waiting as process %d.\n", getpid());
  fflush(stdout);
  for (;;)
    pause();
}

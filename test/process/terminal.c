// Is a terminal still a terminal to the guest, with its size, its foreground
// process group, its modes, and its name?
// RUN: %same --levels 0 --status 0 --under "%tools/on-terminal.py --after=ready --input='typed\n'" %s

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int main(void) {
  for (int number = 0; number < 3; ++number)
    printf("%d: terminal %d, foreground %d, has a name %d\n", number,
           isatty(number), tcgetpgrp(number) == getpgrp(),
           strncmp(ttyname(number), "/dev/pts/", 9) == 0);
  struct winsize size;
  ioctl(0, TIOCGWINSZ, &size);
  printf("%d rows, %d columns\n", size.ws_row, size.ws_col);
  struct termios modes;
  tcgetattr(0, &modes);
  printf("modes %x %x %x %x\n", modes.c_iflag, modes.c_oflag, modes.c_cflag,
         modes.c_lflag);
  printf("session is the terminal's: %d\n", tcgetsid(0) == getsid(0));
  FILE *terminal = fopen("/dev/tty", "r+");
  printf("/dev/tty: %d\n", terminal != NULL);
  modes.c_lflag &= ~ECHO;
  tcsetattr(0, TCSANOW, &modes);
  printf("ready\n");
  char text[64];
  fgets(text, sizeof(text), terminal);
  printf("read: %s", text);
  return 0;
}

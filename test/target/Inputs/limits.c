#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *volatile Kept;

__attribute__((noinline)) static int deep(int Depth, char *Last) {
  char Frame[4096];
  memset(Frame, Depth + *Last, sizeof(Frame));
  return Depth ? deep(Depth - 1, Frame) + Frame[Depth] : *Last;
}

int main(int Count, char **Values) {
  char First = 1;
  switch (Values[1][0]) {
  case 'm': /* How many MiB there are, up to so many. */
    for (int Number = 0; Number != atoi(Values[2]); ++Number)
      if (!(Kept = malloc(1 << 20)))
        return 3;
    return 0;
  case 's':
    return deep(atoi(Values[2]), &First) == 12345;
  case 'c': /* Processor time. */
    for (;;)
      Kept = 0;
  case 'f': {
    FILE *File = fopen("file", "w");
    for (int Number = 0; Number != 100; ++Number)
      fwrite(Values, 1, 1, File), fflush(File), fseek(File, 4096, SEEK_CUR);
    return 0;
  }
  case 'n':
    for (int Number = 0; Number != 100; ++Number)
      if (dup(0) < 0)
        return 3;
    return 0;
  default: /* For ever, whatever anybody asks. */
    signal(SIGTERM, SIG_IGN);
    for (;;)
      pause();
  }
}

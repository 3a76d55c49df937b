// Ends, and leaves a child that writes for ever.
#include <stdio.h>
#include <unistd.h>

int main(void) {
  static char Bytes[4096];
  int Ready[2];
  char Byte;
  if (pipe(Ready) != 0)
    return 1;
  if (fork() == 0) {
    // The pipe is full when the guest goes on.
    for (int I = 0; write(1, Bytes, sizeof(Bytes)) > 0; ++I)
      if (I == 100)
        write(Ready[1], "", 1);
    return 0;
  }
  read(Ready[0], &Byte, 1);
  fprintf(stderr, "ended\n");
  return 7;
}

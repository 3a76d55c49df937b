// Makes a forwarded session send all messages that are about a guest's streams,
// its signals and its end. Its last line has the same from the same arithmetic
// as that of faults.c.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PART = 1 << 16, PARTS = 20 };

int half(void) { return 21; }
int whole(void);

static char Bytes[PART];

// The other side grants credit for it; the rest of the input has no reader.
static int takeInput(void) {
  for (long Left = (long)PART * PARTS; Left > 0;) {
    ssize_t Size = read(0, Bytes, Left < PART ? Left : PART);
    if (Size <= 0)
      return 0;
    Left -= Size;
  }
  close(0);
  return 1;
}

// The first of it says that we wait for SIGWINCH.
static void writeOutput(void) {
  memset(Bytes, 'x', PART);
  for (int Left = PARTS; Left != 0; --Left)
    fwrite(Bytes, 1, PART, stdout);
  fflush(stdout);
}

static void writeUntilBroken(void) {
  signal(SIGPIPE, SIG_IGN);
  while (write(1, Bytes, PART) > 0)
    ;
}

int main(int argc, char **argv) {
  sigset_t Wanted;
  sigemptyset(&Wanted);
  sigaddset(&Wanted, SIGWINCH);
  sigprocmask(SIG_BLOCK, &Wanted, NULL);
  FILE *Into = stdout;
  if (strcmp(argv[1], "streams") == 0) {
    int Signal;
    if (!takeInput())
      return 4;
    writeOutput();
    sigwait(&Wanted, &Signal);
    raise(SIGTSTP);
  } else if (strcmp(argv[1], "endless") == 0) {
    for (;;)
      pause();
  } else {
    while (read(0, Bytes, PART) > 0)
      ;
    writeUntilBroken();
    Into = stderr;
  }
  fprintf(Into, "%s is %d\n", argv[argc - 1], whole());
  return 3;
}

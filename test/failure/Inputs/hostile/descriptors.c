// Closes, exhausts, or writes to every descriptor that there is.
#include "guest.h"
#include <errno.h>
#include <fcntl.h>

enum { Most = 1024 };

static int closeAll(const char *Argument) {
  for (int Number = 0; Number < Most; ++Number)
    close(Number);
  if (*Argument)
    crash();
  return 60;
}

/// A line of bytes that look random and are always the same.
static void fill(unsigned char *Bytes, int Size) {
  static unsigned long long State = 12345;
  for (int I = 0; I < Size; ++I) {
    State = State * 6364136223846793005u + 1442695040888963407u;
    Bytes[I] = (unsigned char)(State >> 56);
  }
  Bytes[Size - 1] = '\n';
}

static int writeAll(const char *Argument) {
  unsigned char Bytes[64];
  for (int Number = 0; Number < Most; ++Number) {
    fill(Bytes, sizeof(Bytes));
    if (write(Number, Bytes, sizeof(Bytes)) < 0 && errno != EBADF)
      printf("%d: %s\n", Number, strerror(errno));
  }
  fflush(stdout);
  if (*Argument)
    crash();
  return 61;
}

/// How many there are is the same natively.
static int exhaust(const char *Argument) {
  int Count = 0;
  while (open("/dev/null", O_RDWR) >= 0)
    ++Count;
  printf("%d more, then %s\n", Count, strerror(errno));
  fflush(stdout);
  if (*Argument)
    crash();
  return 62;
}

/// As many MiB as the argument says.
static int flood(const char *Argument) {
  static char Piece[1 << 20];
  memset(Piece, '.', sizeof(Piece));
  for (int I = 0; I < atoi(Argument); ++I)
    for (size_t Done = 0; Done < sizeof(Piece);) {
      ssize_t Count = write(1, Piece + Done, sizeof(Piece) - Done);
      if (Count < 0)
        return 64;
      Done += (size_t)Count;
    }
  return 63;
}

int main(int Count, char **Arguments) {
  static const struct Way Ways[] = {{"close-all", closeAll},
                                    {"write-all", writeAll},
                                    {"exhaust", exhaust},
                                    {"flood", flood},
                                    {NULL, NULL}};
  return go(Ways, Count, Arguments);
}

/// Uses its standard streams in the way that its first argument names.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char Buffer[1 << 16];

static void writeAll(int number, const char *bytes, ssize_t size) {
  while (size > 0) {
    ssize_t count = write(number, bytes, size);
    if (count < 0) {
      fprintf(stderr, "write: %s\n", strerror(errno));
      exit(9);
    }
    bytes += count;
    size -= count;
  }
}

/// Standard input to \p number until its end.
static int copy(int number) {
  ssize_t count;
  while ((count = read(0, Buffer, sizeof Buffer)) > 0)
    writeAll(number, Buffer, count);
  return count < 0 ? 1 : 0;
}

/// \p size bytes, the same 64 KiB over and over.
static int produce(int number, long size) {
  unsigned state = 1;
  for (unsigned i = 0; i < sizeof Buffer; i += sizeof state) {
    state = state * 1664525 + 1013904223;
    memcpy(Buffer + i, &state, sizeof state);
  }
  while (size > 0) {
    long count = size < (long)sizeof Buffer ? size : (long)sizeof Buffer;
    writeAll(number, Buffer, count);
    size -= count;
  }
  return 0;
}

/// Small pieces in turn, whose order can be told.
static int alternate(void) {
  for (int i = 0; i < 2000; ++i) {
    char text[32];
    int size = snprintf(text, sizeof text, "%d %s\n", i, i % 3 ? "out" : "err");
    writeAll(i % 3 ? 1 : 2, text, size);
  }
  return 0;
}

/// One line, byte by byte, and nothing after it.
static int readLine(void) {
  char c;
  while (read(0, &c, 1) == 1 && c != '\n')
    putchar(c);
  puts(" was the line");
  return 4;
}

/// A child that keeps all streams, when its parent has ended.
static int leaveChild(void) {
  pid_t child = fork();
  if (child == 0)
    for (;;)
      pause();
  printf("%d\n", (int)child);
  fflush(stdout);
  return 6;
}

static void count(int number) {
  (void)number;
  write(2, "broken\n", 7);
  _exit(8);
}

int main(int argc, char **argv) {
  const char *mode = argv[1];
  long size = argc > 2 ? atol(argv[2]) : 0;
  if (!strcmp(mode, "copy"))
    return copy(1);
  if (!strcmp(mode, "copy-to-error"))
    return copy(2);
  if (!strcmp(mode, "produce"))
    return produce(1, size);
  if (!strcmp(mode, "produce-both"))
    return produce(1, size) | produce(2, size / 2 + 1);
  if (!strcmp(mode, "alternate"))
    return alternate();
  if (!strcmp(mode, "read-line"))
    return readLine();
  if (!strcmp(mode, "leave-child"))
    return leaveChild();
  if (!strcmp(mode, "leave-child-and-produce"))
    return leaveChild() + produce(1, size);
  if (!strcmp(mode, "close-input")) {
    close(0);
    return produce(1, 10);
  }
  if (!strcmp(mode, "unread"))
    return produce(1, 1000);
  if (!strcmp(mode, "handle-pipe"))
    signal(SIGPIPE, count);
  if (!strcmp(mode, "ignore-pipe"))
    signal(SIGPIPE, SIG_IGN);
  // More than is under way between a guest and a reader that is gone.
  return produce(1, 64 << 20);
}

// Takes away, overwrites or exhausts the memory that it lives in.
#include "guest.h"
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { Page = 4096, Piece = 1 << 20 };

/// All that can be had, or as many MiB as the argument says.
static int eat(const char *Argument) {
  // A compiler may leave out memory whose use nobody sees.
  static char *volatile Last;
  int Most = *Argument ? atoi(Argument) : 1 << 20;
  for (int I = 0; I < Most; ++I) {
    char *Got = malloc(Piece);
    if (!Got)
      return puts("no more") < 0 ? 98 : 50;
    memset(Got, 1, Piece);
    Last = Got;
  }
  return 51;
}

__attribute__((noinline)) static void overwriteAbove(volatile char *Here,
                                                     int Size) {
  for (int I = 0; I < Size; ++I)
    Here[I] = 'A';
}

static int smashStack(const char *Argument) {
  volatile char Here[16];
  overwriteAbove(Here, *Argument ? atoi(Argument) : 512);
  return 98;
}

int main(int Count, char **Arguments);

static int unmapCode(const char *Argument) {
  (void)Argument;
  munmap((void *)((uintptr_t)main & -Page), Page);
  munmap((void *)((uintptr_t)unmapCode & -Page), Page);
  return 98;
}

/// What is done to one line of /proc/self/maps.
typedef void (*Deed)(char *Start, size_t Size, const char *Rights);

static void unmap(char *Start, size_t Size, const char *Rights) {
  (void)Rights;
  munmap(Start, Size);
}

static void forbid(char *Start, size_t Size, const char *Rights) {
  (void)Rights;
  mprotect(Start, Size, PROT_NONE);
}

static void scribble(char *Start, size_t Size, const char *Rights) {
  if (Rights[1] == 'w')
    memset(Start, 0xA5, Size);
}

static int everywhere(Deed Do) {
  // In one piece, for what follows may destroy the stream.
  static char Text[1 << 20];
  FILE *Maps = fopen("/proc/self/maps", "r");
  Text[fread(Text, 1, sizeof(Text) - 1, Maps)] = 0;
  fclose(Maps);
  for (char *Line = Text; *Line;) {
    char *Start = (char *)strtoull(Line, &Line, 16);
    char *End = (char *)strtoull(Line + 1, &Line, 16);
    const char *Rights = Line + 1;
    Line = strchr(Line, '\n') + 1;
    Do(Start, (size_t)(End - Start), Rights);
  }
  return 98;
}

static int unmapAll(const char *Argument) {
  (void)Argument;
  return everywhere(unmap);
}
static int forbidAll(const char *Argument) {
  (void)Argument;
  return everywhere(forbid);
}
static int scribbleAll(const char *Argument) {
  (void)Argument;
  return everywhere(scribble);
}

/// Not even a handler on the same stack could run.
static int unmapStack(const char *Argument) {
  (void)Argument;
  char *Here = (char *)((uintptr_t)&Argument & -Page);
  munmap(Here - 16 * Page, 32 * Page);
  return 98;
}

/// Not even a page for a handler's frame is left.
static int overflow(const char *Argument) {
  volatile char Here[8192];
  Here[0] = 1;
  return overflow((const char *)Here) + Here[0] + *Argument;
}

static int overflowLimited(const char *Argument) {
  struct rlimit Little = {256 * 1024, 256 * 1024};
  setrlimit(RLIMIT_STACK, &Little);
  return overflow(Argument);
}

static int noMemoryAtAll(const char *Argument) {
  (void)Argument;
  struct rlimit None = {0, 0};
  setrlimit(RLIMIT_AS, &None);
  setrlimit(RLIMIT_DATA, &None);
  crash();
  return 98;
}

int main(int Count, char **Arguments) {
  static const struct Way Ways[] = {{"eat", eat},
                                    {"smash-stack", smashStack},
                                    {"unmap-code", unmapCode},
                                    {"unmap-all", unmapAll},
                                    {"forbid-all", forbidAll},
                                    {"scribble-all", scribbleAll},
                                    {"unmap-stack", unmapStack},
                                    {"overflow", overflow},
                                    {"overflow-limited", overflowLimited},
                                    {"no-memory-at-all", noMemoryAtAll},
                                    {NULL, NULL}};
  return go(Ways, Count, Arguments);
}

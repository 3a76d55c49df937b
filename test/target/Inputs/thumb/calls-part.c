// Compiled to objects of Thumb code.

#include "calls.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((cold, noinline)) static int rare(int Number) {
  printf("rare %d\n", Number);
  return Number + 100;
}

int part(int Number) {
  if (Number > 3)
    return rare(Number);
  return mine(Number) + strlen("abc");
}

int (*pointer(void))(int) { return part; }
int apply(int (*Function)(int), int Number) {
  return Function(Number) + (Function == mine);
}
int (*const Table[])(int) = {part, mine};

int nowhere(int Number) __attribute__((weak));
void nowhere_else(int *Number) __attribute__((weak));
int nowhere_or(int Number) { return nowhere ? nowhere(Number) : Number * 2; }
// A call that is jumped over, or that does nothing.
void through_nowhere(int *Number) {
  ++*Number;
  if (nowhere_else)
    nowhere_else(Number);
}

int compare(const void *Left, const void *Right) {
  return *(const int *)Left - *(const int *)Right;
}
static int backwards(const void *Left, const void *Right) {
  return -compare(Left, Right);
}
void each(int *Numbers, int Count, void (*Visit)(int)) {
  qsort(Numbers, Count, sizeof *Numbers, backwards);
  for (int I = 0; I < Count; ++I)
    Visit(Numbers[I]);
}

// Tables of branches: with a byte each, and with addresses.
int choose(int Number) {
  switch (Number) {
  case 0: return mine(17);
  case 1: return rare(1);
  case 2: return -1;
  case 3: return strtol("12", 0, 0);
  case 4: return 40;
  case 5: return abs(Number - 9);
  default: return 0;
  }
}
int select_letter(int Letter) {
  static const void *const Labels[] = {&&First, &&Second, &&Third};
  goto *Labels[Letter % 3];
First:
  return 1000;
Second:
  return 2000;
Third:
  return 3000;
}

// A function that chooses itself.
static int four(int Number) { return Number + 4; }
static int five(int Number) { return Number + 5; }
static int (*resolve(void))(int) { return sizeof(long) == 4 ? four : five; }
int chosen(int Number) __attribute__((ifunc("resolve")));

_Thread_local int OfPart = 70;
static _Thread_local short Count;
int next(void) { return PerThread += ++Count; }

int Constructed;
__attribute__((constructor)) static void construct(void) { Constructed += 2; }
__attribute__((destructor)) static void destroy(void) {
  puts("destroyed");
}

int tail(int Number) { return mine(Number); }
int tail_if(int Number) { return Number ? abs(-Number) : mine(1); }

int library_pointers(void) {
  int (*volatile Compare)(const char *, const char *) = strcmp;
  void (*volatile Free)(void *) = free;
  Free(strdup("x"));
  return Compare("a", "a") + (stdout == *&stdout) + (Compare == strcmp);
}

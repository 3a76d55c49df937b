// Is data where code looks for it on other machines: tables of jumps, weak and
// common symbols, aliases, pointers in constants, large arrays of zeroes?
// REQUIRES: other-machines
// RUN: %same-on-targets --status 0 --flags=-fcommon %s

#include <stdio.h>
#include <string.h>

int Common;
int Initialised = 42;
extern int Other __attribute__((alias("Initialised")));
extern int Missing __attribute__((weak));
extern void absent(void) __attribute__((weak));
__attribute__((weak)) int weakly(void) { return 7; }

static char Zeroes[300 << 20];
static int Local[4] = {1, 2, 3, 4};
static int *const Inside = &Local[2];
static const char *const Names[] = {"zero", "one", "two", "three"};
static long double Wide = 1.25L;

__attribute__((noinline)) static const char *name(int Number) {
  switch (Number) {
  case 0:
    return "nothing";
  case 1:
    return Names[1];
  case 2:
    return "pair";
  case 3:
    return "few";
  case 4:
    return "hand without thumb";
  case 5:
    return "hand";
  case 9:
    return "nine";
  default:
    return "many";
  }
}

typedef int Operation(int, int);
static int add(int A, int B) { return A + B; }
static int subtract(int A, int B) { return A - B; }
static Operation *const Operations[] = {add, subtract};

__attribute__((noinline)) static void *jumpTo(int Which) {
  static void *const Labels[] = {&&First, &&Second};
  goto *Labels[Which];
First:
  return "first";
Second:
  return "second";
}

int main(int Count, char **Values) {
  Common += Count;
  Other++;
  printf("%d %d %d %d %d\n", Common, Initialised, &Missing != NULL,
         absent != NULL, weakly());
  for (int Number = -1; Number != 11; ++Number)
    printf("%s ", name(Number));
  printf("\n%d %s %g\n", *Inside, Names[3], (double)Wide);
  printf("%d %d\n", Operations[0](4, 3), Operations[Count](4, 3));
  printf("%s %s\n", (char *)jumpTo(0), (char *)jumpTo(Count));
  Zeroes[sizeof(Zeroes) - 1] = 'z';
  strcpy(Zeroes + (150 << 20), "middle");
  printf("%s %c %d %d\n", Zeroes + (150 << 20), Zeroes[sizeof(Zeroes) - 1],
         Zeroes[12345678], Values[Count] == NULL);
  return 0;
}

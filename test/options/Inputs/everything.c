// What code and relocation models compile in different ways: calls of libc and
// its data, function pointers, jump tables, strings, floating constants, big
// data of every kind, thread-local variables, constructors, weak references.

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;
extern int absent(void) __attribute__((weak));
extern int AbsentData __attribute__((weak));

#define LARGE (70 * 1024)
int BigZeroes[LARGE];
static char OwnZeroes[200 * 1024];
int BigData[LARGE] = {1, 2, 3, [LARGE - 1] = 4};
const int BigConstant[LARGE] = {5, 6, 7, [LARGE - 1] = 8};
static const char *const BigTable[LARGE] = {"first", [LARGE - 1] = "last"};
int (*const BigFunctions[LARGE])(const char *) = {puts, [LARGE - 1] = puts};
static int Small = 3;
static int *Pointer = &BigZeroes[LARGE - 1];
static char *InZeroes = &OwnZeroes[100 * 1024];
_Thread_local int PerThread = 11;
static _Thread_local char PerThreadBuffer[100];
static int Constructed;

__attribute__((constructor)) static void construct(void) { Constructed = 1; }

static int compare(const void *A, const void *B) {
  return *(const int *)A - *(const int *)B;
}

__attribute__((noinline)) static const char *name(int Number) {
  switch (Number) {
  case 0: return "nought";
  case 1: return "one";
  case 2: return "two";
  case 3: return "three";
  case 4: return "four";
  case 5: return "five";
  case 6: return "six";
  default: return "many";
  }
}

__attribute__((noinline)) static int jump(int Number, int Value) {
  switch (Number) {
  case 0: return Value + printf("%d\n", Value);
  case 1: return Value * 3;
  case 2: return abs(Value);
  case 3: return Value - Small++;
  case 4: return (int)strlen(name(Value));
  case 5: return BigData[Value];
  case 6: return BigZeroes[Value] + 1;
  default: return -1;
  }
}

__attribute__((noinline)) static double curve(double X) {
  return X * 1.234375 + 0.1 + fabs(X) * 3e100 / 1e99 + (double)(float)(X * 0.3f);
}

int main(int Count, char **Values) {
  int Numbers[] = {5, 3, 9, 1};
  qsort(Numbers, 4, sizeof(int), compare);
  printf("%d %d %d %d\n", Numbers[0], Numbers[1], Numbers[2], Numbers[3]);
  for (int I = 0; I != 8; ++I)
    fprintf(stdout, "%s %d\n", name(I), jump(I, I - 1 + (I == 0)));
  *Pointer = 21;
  *InZeroes = 'z';
  printf("%d %c\n", BigZeroes[LARGE - 1], OwnZeroes[100 * 1024]);
  printf("%d %d\n", BigData[LARGE - 1], BigConstant[LARGE - 1]);
  printf("%s %s\n", BigTable[0], BigTable[LARGE - 1]);
  BigFunctions[LARGE - 1]("through a table");
  printf("%d %d\n", BigFunctions[0] == puts, environ != 0 && *environ != 0);
  printf("%.17g %.17g\n", curve(Count), sqrt(Count + 1.0));
  PerThread += Count;
  snprintf(PerThreadBuffer, sizeof(PerThreadBuffer), "%d", PerThread);
  printf("%s %d\n", PerThreadBuffer, Constructed);
  printf("%d %d\n", absent ? absent() : -5, &AbsentData != 0);
  errno = 0;
  printf("%d %d\n", close(-1), errno == EBADF);
  fputs("to stderr\n", stderr);
  return Constructed + PerThread;
}

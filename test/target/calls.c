// Do functions get their arguments on other machines: structures, floating
// point, variable arguments, more of them than there are registers?
// REQUIRES: other-machines
// RUN: %same-on-targets --status 0 --link=-lm %s

#include <complex.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Small {
  char Bytes[3];
};
struct Mixed {
  int Number;
  double Real;
};
struct Floats {
  float X, Y, Z;
};
struct Large {
  long Numbers[9];
};

__attribute__((noinline)) static struct Small small(struct Small In) {
  In.Bytes[1]++;
  return In;
}
__attribute__((noinline)) static struct Mixed mixed(struct Mixed In, int By) {
  In.Number += By;
  In.Real *= By;
  return In;
}
__attribute__((noinline)) static struct Floats floats(struct Floats A,
                                                      struct Floats B) {
  return (struct Floats){A.X + B.X, A.Y - B.Y, A.Z * B.Z};
}
__attribute__((noinline)) static struct Large large(struct Large In) {
  for (int N = 0; N != 9; ++N)
    In.Numbers[N] = In.Numbers[N] * 3 + N;
  return In;
}

__attribute__((noinline)) static double sum(const char *Kinds, ...) {
  va_list Arguments;
  va_start(Arguments, Kinds);
  double Sum = 0;
  for (; *Kinds; ++Kinds)
    switch (*Kinds) {
    case 'i':
      Sum += va_arg(Arguments, int);
      break;
    case 'l':
      Sum += (double)va_arg(Arguments, long long);
      break;
    case 'd':
      Sum += va_arg(Arguments, double);
      break;
    case 'D':
      Sum += (double)va_arg(Arguments, long double);
      break;
    case 'm':
      Sum += va_arg(Arguments, struct Mixed).Real;
      break;
    }
  va_end(Arguments);
  return Sum;
}

__attribute__((noinline)) static long many(int A, long long B, short C, char D,
                                           long E, unsigned F, int G, int H,
                                           long long P, char Q, float R,
                                           double S) {
  return (long)(A + 2 * B + 3 * C + 4 * D + 5 * E + 6 * F + 7 * G + 8 * H +
                9 * P + 10 * Q + 11 * R + 12 * S);
}

static int compare(const void *A, const void *B) {
  return *(const int *)A - *(const int *)B;
}

int main(void) {
  struct Small S = small((struct Small){"ab"});
  struct Mixed M = mixed((struct Mixed){20, 1.5}, 2);
  struct Floats F = floats((struct Floats){1, 2, 3}, (struct Floats){4, 5, 6});
  struct Large L = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};
  L = large(L);
  printf("%.2s %d %g\n", S.Bytes, M.Number, M.Real);
  printf("%g %g %g %ld %ld\n", F.X, F.Y, F.Z, L.Numbers[0], L.Numbers[8]);
  printf("%g\n", sum("ildDmidlidlidl", 1, 2LL, 3.5, 4.25L, M, 5, 6.5, 7LL, 8,
                     9.5, 10LL, 11, 12.5, 13LL));
  printf("%ld\n", many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11.5f, 12.5));
  double complex Z = csqrt(-4.0 + 0.0 * I);
  printf("%g %g %g %g\n", creal(Z), cimag(Z), pow(2, 0.5), fmodf(7.5f, 2));
  int Numbers[] = {5, 3, 9, -1, 4};
  qsort(Numbers, 5, sizeof(int), compare);
  for (int Index = 0; Index != 5; ++Index)
    printf("%d ", Numbers[Index]);
  long long Wide = 1234567890123LL;
  printf("\n%lld %llx %lld\n", Wide / 77, (unsigned long long)Wide * 999,
         Wide % -1000);
  return 0;
}

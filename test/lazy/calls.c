// Are all arguments of a call kept that has to wait for the function, those in
// vectors, in memory and without a declaration, errno, the direction of rounding
// and the words that control calculation?
// RUN: %same --status 0 --flags=-mavx --remote=--lazy=on --link=-lm %s
// RUN: %same --status 0 --flags=-mavx --remote="--lazy=on -j1" --link=-lm %s
#include <errno.h>
#include <fenv.h>
#include <immintrin.h>
#include <stdarg.h>
#include <stdio.h>

typedef struct {
  long A, B, C, D;
} Large;
typedef struct {
  double A;
  long B;
} Mixed;
typedef struct {
  char Bytes[3];
} Small;

// Not optimized for callers that are known.
#define LATE __attribute__((noinline, optnone))

LATE long integers(long A, long B, long C, long D, long E, long F, long G,
                   long H) {
  return printf("%ld %ld %ld %ld %ld %ld %ld %ld\n", A, B, C, D, E, F, G, H);
}
LATE double floats(double A, float B, double C, float D, double E, double F,
                   double G, double H, double I, float J) {
  printf("%g %g %g %g %g %g %g %g %g %g\n", A, B, C, D, E, F, G, H, I, J);
  return A + J;
}
LATE __m256d vectors(__m256d A, __m256d B, __m128i C, __m256d D, __m256d E,
                     __m256d F, __m256d G, __m256d H, __m256d I) {
  __m256d Sum = A + 2 * B + 3 * D + 4 * E + 5 * F + 6 * G + 7 * H + 8 * I;
  long long Two[2];
  _mm_storeu_si128((__m128i *)Two, C);
  printf("%g %g %g %g %lld %lld\n", Sum[0], Sum[1], Sum[2], Sum[3], Two[0], Two[1]);
  return Sum;
}
LATE Large structures(Large A, Mixed B, Small C, long double D,
                      _Complex double E) {
  printf("%ld %ld %ld %ld %g %ld %d%d%d %Lg %g %g\n", A.A, A.B, A.C, A.D, B.A, B.B,
         C.Bytes[0], C.Bytes[1], C.Bytes[2], D, __real__ E, __imag__ E);
  A.A = 77;
  return A;
}
LATE Mixed mixed(int A, double B) { return (Mixed){B + 1, A + 1}; }
LATE _Complex long double wide(long double A) { return A * 3 + 1i; }
LATE int variadic(const char *Kinds, ...) {
  va_list List;
  va_start(List, Kinds);
  for (; *Kinds; ++Kinds)
    switch (*Kinds) {
    case 'i':
      printf(" %d", va_arg(List, int));
      break;
    case 'd':
      printf(" %g", va_arg(List, double));
      break;
    case 'L':
      printf(" %Lg", va_arg(List, long double));
      break;
    case 's': {
      Large It = va_arg(List, Large);
      printf(" {%ld %ld %ld %ld}", It.A, It.B, It.C, It.D);
    }
    }
  va_end(List);
  puts("");
  return 5;
}
LATE int undeclared(int A, int B) { return A - B; }

LATE int stateOf(unsigned *Mxcsr, unsigned short *X87) {
  int Error = errno;
  *Mxcsr = _mm_getcsr();
  __asm__ volatile("fnstcw %0" : "=m"(*X87));
  return Error;
}
static unsigned Mxcsr;
static unsigned short X87;
LATE int errorOf(void) { return errno; }
LATE int roundingOf(void) { return fegetround(); }
LATE double third(double A) { return A / 3; }

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  printf("%ld\n", integers(1, 2, 3, 4, 5, 6, 7, 8));
  printf("%g\n", floats(1.5, 2.5f, 3.5, 4.5f, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5f));
  __m256d One = _mm256_set_pd(1, 2, 3, 4);
  __m256d Sum = vectors(One, One * 10, _mm_set_epi64x(7, 8), One * 100, One * 2,
                        One * 3, One * 4, One * 5, One * 6);
  printf("%g %g %g %g\n", Sum[0], Sum[1], Sum[2], Sum[3]);
  Large It = structures((Large){1, 2, 3, 4}, (Mixed){2.5, 6},
                        (Small){{7, 8, 9}}, 1e300L * 1e300L, 3 + 4i);
  printf("%ld %ld\n", It.A, It.D);
  Mixed M = mixed(4, 2.5);
  _Complex long double W = wide(2);
  printf("%g %ld %Lg %Lg\n", M.A, M.B, __real__ W, __imag__ W);
  printf("%d\n", variadic("idiiiiiiddddddddLs", 1, 2.5, 3, 4, 5, 6, 7, 8, 9.5, 10.5,
                          11.5, 12.5, 13.5, 14.5, 15.5, 16.5, 17.5L,
                          (Large){18, 19, 20, 21}));
  printf("%d\n", ((int (*)())undeclared)(9, 4));

  errno = 12345;
  int Error = errorOf();
  printf("%d %d\n", Error, errno);
  fesetround(FE_UPWARD);
  printf("%.20g %d\n", third(1), roundingOf() == FE_UPWARD);
  fesetround(FE_DOWNWARD);
  printf("%.20g\n", third(1));
  fesetround(FE_TONEAREST);
  unsigned short Extended, Double;
  __asm__ volatile("fnstcw %0" : "=m"(Extended));
  Double = (unsigned short)((Extended & ~0x300) | 0x200);
  __asm__ volatile("fldcw %0" : : "m"(Double));
  _mm_setcsr(_mm_getcsr() | 0x8040); // Subnormal numbers are zero.
  stateOf(&Mxcsr, &X87);
  printf("%x %x\n", Mxcsr & 0xffc0, X87);
  return 0;
}

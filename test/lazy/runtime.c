// Does late code find what code generation calls although the program does not:
// functions of libm and of the compiler's runtime?
// RUN: %same --status 0 --flags=-fno-math-errno --link=-lm --remote="--lazy=on -lm" %s
// RUN: %same --status 0 --flags="-fno-math-errno -ffp-model=strict" --link=-lm --remote="--lazy=on -lm" %s
// RUN: %same --status 0 --flags="-fno-math-errno -ffast-math -fstack-protector-all" --link=-lm --remote="--lazy=on -lm" %s
// RUN: %same --status 0 --flags="-ftrap-function=trapped -DTRAP" --link=-lm --remote="--lazy=on -lm" %s
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATE __attribute__((noinline))

void trapped(void) {
  puts("trapped");
  exit(0);
}

#define ONE(Type, Suffix) \
  LATE Type trigonometric##Suffix(Type X) { \
    return sin##Suffix(X) + cos##Suffix(X) + tan##Suffix(X) + atan##Suffix(X); \
  } \
  LATE Type sineAlone##Suffix(Type X) { return sin##Suffix(X); } \
  LATE Type powers##Suffix(Type X, int N) { \
    return __builtin_powi##Suffix(X, N) + pow##Suffix(X, 3.5) + \
           exp2##Suffix(X) + exp##Suffix(X) + log##Suffix(X) + \
           log2##Suffix(X) + log10##Suffix(X) + ldexp##Suffix(X, N) + \
           exp10##Suffix(X / 10); \
  } \
  LATE Type parts##Suffix(Type X, Type Y) { \
    int Exponent; \
    Type Whole; \
    return frexp##Suffix(X, &Exponent) + Exponent + \
           modf##Suffix(X, &Whole) + Whole + fmod##Suffix(X, Y) + \
           remainder##Suffix(X, Y) + copysign##Suffix(X, Y) + \
           fma##Suffix(X, Y, X) + fmax##Suffix(X, Y) + fmin##Suffix(X, Y); \
  } \
  LATE Type rounded##Suffix(Type X) { \
    return floor##Suffix(X) + ceil##Suffix(X) + trunc##Suffix(X) + \
           rint##Suffix(X) + nearbyint##Suffix(X) + round##Suffix(X) + \
           (Type)lround##Suffix(X) + (Type)llrint##Suffix(X) + \
           __builtin_roundeven##Suffix(X); \
  } \
  LATE void show##Suffix(Type X, Type Y, int N) { \
    printf("%.4Lg %.4Lg %.4Lg %.4Lg %.4Lg\n", (long double)trigonometric##Suffix(X), \
           (long double)sineAlone##Suffix(X), (long double)powers##Suffix(X, N), \
           (long double)parts##Suffix(X, Y), (long double)rounded##Suffix(X)); \
  }

double exp10(double);
float exp10f(float);
long double exp10l(long double);
ONE(double, )
ONE(float, f)
ONE(long double, l)

typedef double Four __attribute__((vector_size(32)));
LATE Four vectors(Four X) {
  for (int Lane = 0; Lane != 4; ++Lane)
    X[Lane] = sin(X[Lane]) + cos(X[Lane]);
  return X;
}
LATE double complex quotient(double complex A, double complex B) {
  return A / B * B;
}
LATE float complex product(float complex A, float complex B) { return A * B; }
LATE __int128 large(__int128 A, __int128 B) { return A / B + A % B; }
LATE double ofLarge(__int128 A) { return (double)A; }
LATE unsigned long ofDouble(double A) { return (unsigned long)A; }
LATE _Float16 half(_Float16 A, float B) { return A + (_Float16)B; }
LATE __float128 quad(__float128 A, double B) { return A * B; }
typedef struct {
  char Bytes[5000];
} Block;
LATE Block block(Block *From) { return *From; }
LATE int compare(const void *A, const void *B) { return memcmp(A, B, 33) == 0; }
LATE void clear(Block *Its) { *Its = (Block){{0}}; }
LATE int bits(unsigned long A) {
  return __builtin_popcountl(A) + __builtin_clzl(A) + __builtin_ctzl(A) +
         __builtin_parityl(A);
}
LATE int overflows(long A, long B) {
  long C;
  return __builtin_mul_overflow(A, B, &C);
}
LATE int largeOverflows(__int128 A, __int128 B) {
  __int128 C;
  return __builtin_mul_overflow(A, B, &C);
}
typedef struct {
  long A, B, C, D;
} Atomic;
static _Atomic long Counter;
LATE long count(void) { return Counter++; }
LATE void flush(char *From) { __builtin___clear_cache(From, From + 16); }
LATE void stop(int It) {
  if (It)
    __builtin_trap();
}

int main(int Count, char **Arguments) {
  show(Count + 0.7, 0.4, Count + 2);
  showf(Count + 0.7f, 0.4f, Count + 2);
  showl(Count + 0.7L, 0.4L, Count + 2);
  Four V = vectors((Four){0.1, 0.2, 0.3, 0.4});
  printf("%.5f %.5f\n", V[0], V[3]);
  double complex Q = quotient(3 + 4i, 1 + 2i);
  float complex P = product(3 + 4i, 1 + 2i);
  printf("%.3f %.3f %.3f %.3f\n", creal(Q), cimag(Q), crealf(P), cimagf(P));
  printf("%ld %g %lu %g %g\n", (long)large((__int128)1 << 90, 12345), ofLarge((__int128)1 << 90),
         ofDouble(1.5e19), (double)half(2.5, 3.5f), (double)quad(2.5Q, 4));
  static Block Its = {"block"};
  printf("%s %d\n", block(&Its).Bytes, compare(&Its, Arguments[0]));
  clear(&Its);
  printf("%d %d %d %d\n", Its.Bytes[0], bits(0x1234), overflows(1L << 40, 1L << 40),
         largeOverflows((__int128)1 << 90, (__int128)1 << 90));
  count();
  printf("%ld\n", count());
  flush(Its.Bytes);
#ifdef TRAP
  stop(Count);
#endif
  return 0;
}

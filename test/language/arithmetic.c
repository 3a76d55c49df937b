// Are the helpers there that a compiler calls for arithmetic: 128-bit integers,
// complex, half, quadruple and extended precision?
// It uses __float128, of x86-64.
// REQUIRES: host-x86_64
// UNSUPPORTED: on-other-machine
// RUN: %same --status 0 --link=-lm %s

#include <complex.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

typedef unsigned __int128 u128;
typedef __int128 i128;

static void show(const char *what, u128 value) {
  printf("%s %016llx%016llx\n", what, (unsigned long long)(value >> 64),
         (unsigned long long)value);
}

struct Mixed {
  double d;
  long l;
  char c[20];
};

static long double sum(int count, ...) {
  va_list list, copy;
  va_start(list, count);
  va_copy(copy, list);
  long double total = 0;
  for (int i = 0; i < count; ++i) {
    total += va_arg(list, int);
    total += va_arg(list, double);
    total += va_arg(list, long double);
    struct Mixed mixed = va_arg(list, struct Mixed);
    total += mixed.d + mixed.l + mixed.c[19];
  }
  total += va_arg(copy, int);
  va_end(copy);
  va_end(list);
  return total;
}

int main(void) {
  volatile u128 a = ((u128)0x123456789abcdef0 << 64) | 0xfedcba9876543210;
  volatile i128 b = -((i128)1 << 100) - 12345;
  volatile u128 c = 1000000007;
  show("udiv", a / c);
  show("umod", a % c);
  show("div", b / (i128)c);
  show("mod", b % -(i128)c);
  show("mul", a * b);
  show("shift", a >> (int)(c % 100));
  printf("to double %a %a\n", (double)a, (double)b);
  printf("to float %a, long double %La\n", (float)b, (long double)a);
  volatile double big = 1e30;
  show("from double", (u128)big);
  show("from negative", (i128)-big);
  printf("popcount %d, parity %d, ctz %d\n", __builtin_popcountll(c),
         __builtin_parityll(c), __builtin_ctzll(c));

  volatile double complex z = 1.5 + 2.5 * I, w = -0.5 + 1e200 * I;
  double complex q = z * w, r = z / w;
  printf("complex %a %a %a %a\n", creal(q), cimag(q), creal(r), cimag(r));
  volatile float complex f = 1 + 2 * I;
  printf("%a %a\n", crealf(f * f / 3), cimagf(cexpf(f)));
  volatile long double complex l = 1 + 2 * I;
  printf("%La\n", creall(l * l / (l + 1)));

  volatile double x = 1.1;
  volatile int n = -7;
  printf("powi %a\n", __builtin_powi(x, n));
  volatile _Float16 h = 1.1f;
  volatile float wide = (float)(h * h + (_Float16)0.25);
  printf("half %a %a\n", (double)wide, (double)(_Float16)x);
  volatile __float128 quad = 1.1;
  quad = quad * quad / 3 + (long)c;
  printf("quad %a %d %d\n", (double)quad, quad < 1e9, (int)quad);
  printf("quad from unsigned %a\n", (double)((__float128)(unsigned long)c));
  volatile long double extended = 1.1L;
  printf("extended %La %La\n", extended * extended, sqrtl(extended));
  printf("%La %.20Lg\n", (long double)quad, sinl(extended));
  struct Mixed mixed = {1.25, 1l << 40, {[19] = 5}};
  printf("variadic %La\n", sum(2, 1, 2.0, 3.0L, mixed, 4, 5.0, 6.0L, mixed));
  printf("many %d %d %d %d %d %d %d %d %g %g %g %g %g %g %g %g %g %g\n", 1, 2,
         3, 4, 5, 6, 7, 8, 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.);
  return 0;
}

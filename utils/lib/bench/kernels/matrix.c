// Matrix multiplication: doubles, arrays of arrays, the caches.

#include <stdio.h>

enum { Size = 512, Rounds = 63 };

static double a[Size][Size], b[Size][Size], c[Size][Size];

static __attribute__((noinline)) void multiply(void) {
  for (int i = 0; i < Size; ++i)
    for (int k = 0; k < Size; ++k)
      for (int j = 0; j < Size; ++j)
        c[i][j] += a[i][k] * b[k][j];
}

int main(void) {
  for (int i = 0; i < Size; ++i)
    for (int j = 0; j < Size; ++j) {
      a[i][j] = (i * 31 + j * 17) % 100;
      b[i][j] = (i * 13 + j * 7) % 100;
    }
  for (int round = 0; round < Rounds; ++round)
    multiply();
  double trace = 0;
  for (int i = 0; i < Size; ++i)
    trace += c[i][i];
  printf("%.0f\n", trace);
}

// Loops that the compiler turns into vector instructions, on global arrays.

#include <stdio.h>

enum { Size = 4096, Rounds = 3400000 };

static float a[Size], b[Size], c[Size];

static __attribute__((noinline)) void combine(float factor) {
  for (int i = 0; i < Size; ++i)
    c[i] = a[i] * factor + b[i] * c[i];
}

int main(void) {
  for (int i = 0; i < Size; ++i) {
    a[i] = 1.0f / (i + 1);
    b[i] = 0.5f;
  }
  for (int round = 0; round < Rounds; ++round)
    combine((float)(round & 15));
  double sum = 0;
  for (int i = 0; i < Size; ++i)
    sum += c[i];
  printf("%.6g\n", sum);
}

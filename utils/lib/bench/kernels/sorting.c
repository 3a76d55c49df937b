// qsort: libc calls back into the program for every comparison.

#include <stdio.h>
#include <stdlib.h>

enum { Size = 200000, Rounds = 72 };

static int compare(const void *left, const void *right) {
  unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
  return (a > b) - (a < b);
}

int main(void) {
  unsigned *values = malloc(Size * sizeof(*values));
  unsigned state = 1;
  unsigned long total = 0;
  for (int round = 0; round < Rounds; ++round) {
    for (int i = 0; i < Size; ++i)
      values[i] = state = state * 1664525 + 1013904223;
    qsort(values, Size, sizeof(*values), compare);
    total += values[round * 1000];
  }
  free(values);
  printf("%lu\n", total);
}

// Calls between small functions, direct ones and through pointers.

#include <stdio.h>

enum { Rounds = 520000000 };

#define NOINLINE __attribute__((noinline))

static NOINLINE unsigned add(unsigned a, unsigned b) { return a + b; }
static NOINLINE unsigned rotate(unsigned a, unsigned b) {
  return (a << 5 | a >> 27) ^ b;
}
static NOINLINE unsigned mix(unsigned a, unsigned b) {
  return add(a * 2654435761u, b);
}
static NOINLINE unsigned subtract(unsigned a, unsigned b) { return a - b; }

static unsigned (*volatile const operations[])(unsigned, unsigned) = {
    add, rotate, mix, subtract};

int main(void) {
  unsigned value = 1;
  for (unsigned i = 0; i < Rounds; ++i) {
    value = rotate(value, i);
    value = operations[i & 3](value, i);
  }
  printf("%u\n", value);
}

// Scalars that other files could see, in a chain of reads and writes.

#include <stdio.h>

enum { Rounds = 1300000000 };

unsigned first = 1, second = 2, third = 3, fourth = 4;
unsigned long steps;

static __attribute__((noinline)) void step(unsigned input) {
  first += second ^ input;
  second = third * 5 + first;
  third ^= fourth >> 3;
  fourth += first + input;
  ++steps;
}

int main(void) {
  for (unsigned i = 0; i < Rounds; ++i)
    step(i);
  printf("%u %u %u %u %lu\n", first, second, third, fourth, steps);
}

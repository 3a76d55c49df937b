// Integer loops without calls: primes by Eratosthenes, in an array of the
// stack.

#include <stdio.h>
#include <string.h>

enum { Limit = 1 << 18, Rounds = 3300 };

static unsigned sieve(unsigned first) {
  unsigned char composite[Limit];
  memset(composite, 0, sizeof(composite));
  unsigned count = 0;
  for (unsigned i = first; i < Limit; ++i) {
    if (composite[i])
      continue;
    ++count;
    for (unsigned j = 2 * i; j < Limit; j += i)
      composite[j] = 1;
  }
  return count;
}

int main(void) {
  unsigned long total = 0;
  for (unsigned round = 0; round < Rounds; ++round)
    total += sieve(2 + round % 7);
  printf("%lu\n", total);
}

// Recursion: Ackermann's function, and Fibonacci's numbers the slow way.

#include <stdio.h>

static unsigned ackermann(unsigned m, unsigned n) {
  if (m == 0)
    return n + 1;
  return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static unsigned fibonacci(unsigned n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(void) {
  unsigned total = 0;
  for (unsigned i = 0; i < 18; ++i)
    total += ackermann(3, 8 + i % 3);
  printf("%u %u\n", total, fibonacci(43));
}

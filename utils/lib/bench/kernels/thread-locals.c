// Thread-local variables, read and written in a function of their own.

#include <stdio.h>

enum { Rounds = 750000000 };

static _Thread_local unsigned state = 1;
_Thread_local unsigned long counts[4];

static __attribute__((noinline)) void step(unsigned input) {
  state = state * 1664525 + input;
  ++counts[state >> 30];
}

int main(void) {
  for (unsigned i = 0; i < Rounds; ++i)
    step(i);
  printf("%u %lu %lu\n", state, counts[0], counts[3]);
}

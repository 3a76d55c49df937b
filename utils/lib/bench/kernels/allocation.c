// Much malloc and free: a pool of blocks of changing sizes.

#include <stdio.h>
#include <stdlib.h>

enum { Slots = 4096, Rounds = 95000000 };

static char *slots[Slots];

int main(void) {
  unsigned state = 12345;
  unsigned long total = 0;
  for (int round = 0; round < Rounds; ++round) {
    state = state * 1664525 + 1013904223;
    unsigned slot = state >> 20;
    free(slots[slot]);
    size_t size = 16 + (state >> 8) % 480;
    slots[slot] = malloc(size);
    slots[slot][0] = (char)state;
    slots[slot][size - 1] = (char)round;
    total += size;
  }
  for (int i = 0; i < Slots; ++i)
    free(slots[i]);
  printf("%lu\n", total);
}

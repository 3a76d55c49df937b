// A program that calls a function before that can be there, so that a session with
// functions that come late sends every message.
#include "slow.h"
#include <stdio.h>

// Of a tenth of a second.
__attribute__((noinline)) float slow(float X) {
  _Pragma("clang fp contract(fast) reassociate(on)")
  STEPS64(X) STEPS64(X) STEPS64(X) STEPS64(X)
  return X;
}

int main(int argc, char **argv) {
  printf("%s is %d\n", argv[argc - 1], slow((float)argc) == 0.125f ? 41 : 42);
  return 3;
}

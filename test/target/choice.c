// Does a function that chooses itself at start (ifunc) do so on other machines?
// REQUIRES: other-machines
// RUN: %same-on-targets --status 0 %s

#include <stdio.h>

static int Calls;

static int fast(int Number) { return Number * 2; }
static int slow(int Number) { return Number + Number; }

static int (*resolve(void))(int) {
  ++Calls;
  return Calls > 100 ? slow : fast;
}
int twice(int Number) __attribute__((ifunc("resolve")));
static int alsoTwice(int Number) __attribute__((ifunc("resolve")));

int (*volatile Pointer)(int) = twice;

int main(void) {
  printf("%d %d %d\n", twice(4), Pointer(5), alsoTwice(6));
  return 0;
}

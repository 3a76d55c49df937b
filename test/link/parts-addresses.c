// Has a constant one address in all parts of a program, where the address counts?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: %{parts} --sizes=1 %s

#include <stdio.h>

static const int Constant[4] = {1, 2, 3, 4};
static const char *const Name = "constant";

#define APART __attribute__((noinline))
#define EACH(DO)                                                               \
  DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
#define DEFINE(N)                                                              \
  APART const int *constant##N(int I) { return Constant + I; }                 \
  APART const char *const *name##N(void) { return &Name; }
#define COMPARE(N)                                                             \
  Different += constant##N(N % 4) != &Constant[N % 4];                         \
  Different += name##N() != &Name;

EACH(DEFINE)

int main(void) {
  int Different = 0;
  EACH(COMPARE)
  printf("%d different\n", Different);
  return Different;
}

#include "part.h"
#include <stdio.h>
int main(void) {
  PerThread += 5;
  struct Point P = part("name", 12);
  printf("%ld %g %d %d\n", P.X, P.Y, P.Z[3], other(3, 4, 5.5, "six"));
  return 0;
}

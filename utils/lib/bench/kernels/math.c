// libm's functions, each a call into another library.

#include <math.h>
#include <stdio.h>

enum { Rounds = 60000000 };

int main(void) {
  double total = 0;
  for (int i = 0; i < Rounds; ++i) {
    double x = i * 1e-6;
    total += sin(x) + exp(-x) + pow(x, 0.3) + fmod(x, 1.7);
  }
  printf("%.9g\n", total);
}

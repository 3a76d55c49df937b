// Floating point in registers: the Mandelbrot set.

#include <stdio.h>

enum { Width = 700, Height = 700, Most = 5900 };

static int escape(double re, double im) {
  double x = 0, y = 0;
  int steps = 0;
  while (steps < Most && x * x + y * y < 4) {
    double next = x * x - y * y + re;
    y = 2 * x * y + im;
    x = next;
    ++steps;
  }
  return steps;
}

int main(void) {
  unsigned long total = 0;
  for (int row = 0; row < Height; ++row)
    for (int column = 0; column < Width; ++column)
      total += escape(3.0 * column / Width - 2.2, 2.4 * row / Height - 1.2);
  printf("%lu\n", total);
}

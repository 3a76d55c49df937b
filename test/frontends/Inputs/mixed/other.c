#include "part.h"
#include <stdarg.h>
#include <stdlib.h>
__thread int PerThread = 20;
int other(int Number, ...) {
  va_list List;
  va_start(List, Number);
  int Sum = va_arg(List, int) + PerThread;
  if (Number > 1)
    Sum += (int)va_arg(List, double) + va_arg(List, const char *)[0];
  va_end(List);
  return abs(Sum);
}

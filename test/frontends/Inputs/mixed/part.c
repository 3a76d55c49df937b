#include "part.h"
#include <string.h>
static const int Table[] = {7, 8, 9};
struct Point part(const char *Name, int Number) {
  struct Point P = {Number, 0.5 * PerThread, {1, 2, 3, Table[Number % 3]}};
  P.X += (long)strlen(Name) + other(1, 100);
  return P;
}

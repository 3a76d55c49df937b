// Prints its arguments, a line each.

#include <stdio.h>

int main(int Count, char **Values) {
  for (int I = 0; I != Count; ++I)
    printf("[%s]\n", Values[I]);
  return 0;
}

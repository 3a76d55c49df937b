// Does --runtime=openmp find the library of the compiler, as clang would?
// REQUIRES: openmp
// RUN: %same --status 0 --flags=-fopenmp --remote=--runtime=openmp --link="-L%openmp-folder -Wl,-rpath,%openmp-folder" %s

#include <stdio.h>
int main(void) {
  int Sum = 0;
#pragma omp parallel for reduction(+ : Sum)
  for (int I = 0; I < 100; ++I)
    Sum += I;
  return printf("%d\n", Sum) < 0;
}

// Does -ffast-math run as natively: with the smallest numbers kept, or flushed to
// zero where a start-up object of the compiler's says so?
//
// That object is of the link: clang adds crtfastmath.o to it, not to the IR.
//
// RUN: %same --status 1 --flags="-ffast-math -mno-daz-ftz" --link=-lm %s
// RUN: %same --status 0 --levels=1,2,fast --flags=-ffast-math --link=-lm \
// RUN:   --remote=-l:crtfastmath.o %s
// RUN: %same --levels=2 --flags=-ffast-math --link=-lm \
// RUN:   --remote=--extra-object=%crtfastmath %everything.c

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <xmmintrin.h>

__attribute__((noinline)) static double half(double Value) {
  return Value * 0.5;
}

__attribute__((noinline)) static float sum(const float *Values, int Count) {
  float Sum = 0;
  for (int I = 0; I != Count; ++I)
    Sum += Values[I] * Values[I];
  return Sum;
}

static void *inThread(void *Argument) {
  printf("%x\n", _mm_getcsr() & 0x8040);
  return NULL;
}

int main(void) {
  volatile double Smallest = 2.2250738585072014e-308;
  volatile float Smaller = 1e-40f;
  float Squares[64];
  for (int I = 0; I != 64; ++I)
    Squares[I] = (float)I;
  printf("%a %a %g %g\n", half(Smallest), Smaller * 4.0f, sum(Squares, 64),
         sqrt(Squares[49]) / 3);
  inThread(NULL);
  pthread_t Thread;
  pthread_create(&Thread, NULL, inThread, NULL);
  pthread_join(Thread, NULL);
  return half(Smallest) != 0;
}

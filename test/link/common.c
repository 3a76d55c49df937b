// Are common symbols (-fcommon) of several parts one variable, of the largest
// size and alignment, and does a real definition take their place?
//
// ELF gABI, "Symbol Table": a common symbol's value is its alignment; GNU ld
// and lld allocate the largest size.
//
// RUN: %split %s %t
// RUN: %linked --any-order --flags=-fcommon main=%t/main.c module=%t/small.c \
// RUN:   object=%t/big.c gcc=%t/real.c
// RUN: %linked --any-order --flags=-fcommon main=%t/main.c module=%t/big.c \
// RUN:   gcc=%t/small.c object=%t/real.c
// RUN: %linked --any-order --flags=-fcommon main=%t/main.c gcc=%t/big.c \
// RUN:   object=%t/small.c module=%t/real.c
// RUN: %linked --any-order --flags=-fcommon --variants=-fPIE,-fno-pic \
// RUN:   main=%t/main.c gcc=%t/big.c object=%t/small.c gcc=%t/real.c

//--- main.c
#include <stdint.h>
#include <stdio.h>
int Sized;      // 4 bytes here, 4000 in big.c.
double Aligned; // 8 here, 64 in small.c.
int Real;       // 77 in real.c.
int Alone;      // Nowhere else.
extern char Before[], After[];
int *sizedInSmall(void), *sizedInBig(void);
void fill(void);
int readReal(void);
int main(void) {
  printf("%d %d %d\n", Sized, Real, Alone);
  fill();
  Sized = 3;
  Alone += 2;
  printf("%d %d %d\n", sizedInBig()[0], sizedInBig()[999], Alone);
  printf("%d %d\n", sizedInSmall() == &Sized, sizedInBig() == &Sized);
  printf("%d\n", (int)((uintptr_t)&Aligned % 64));
  Real++;
  printf("%d\n", readReal());
  for (int I = 0; I != 16; ++I)
    if (Before[I] || After[I])
      return 1;
  return 0;
}
//--- small.c
char Sized[2];
double Aligned __attribute__((aligned(64)));
char After[16];
int *sizedInSmall(void) { return (int *)Sized; }
//--- big.c
char Before[16];
int Sized[1000];
char AfterBig[16];
int *sizedInBig(void) { return Sized; }
void fill(void) {
  for (int I = 0; I != 1000; ++I)
    Sized[I] = I;
}
//--- real.c
int Real = 77;
int readReal(void) { return Real; }

// Does an ifunc resolve once and to one address, in a module and in an object,
// used from its own part and from others?
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c module=%t/part.c object=%t/user.c
// RUN: %linked main=%t/main.c module=%t/part.c gcc=%t/user.c
// RUN: %linked --variants=-fPIC,-fPIE,-fno-pic main=%t/main.c \
// RUN:   object=%t/part.c module=%t/user.c
// RUN: %linked --variants=-fPIC,-fPIE,-fno-pic main=%t/main.c \
// RUN:   gcc=%t/part.c gcc=%t/user.c

//--- main.c
#include <stdio.h>
int chosen(int), user(int), part(int);
int (*userPointer(void))(int);
extern int (*Table[2])(int);
int (*OwnTable[])(int) = {chosen, chosen};
int main(void) {
  printf("%d %d %d\n", chosen(1), user(2), part(3));
  printf("%d %d\n", OwnTable[1](4), Table[1](5));
  printf("%d %d %d\n", chosen == userPointer(), chosen == Table[0],
         chosen == OwnTable[0]);
}
//--- part.c
int Chosen = 1;
static int one(int N) { return N + 100; }
static int two(int N) { return N + 200; }
static int (*resolver(void))(int) { return Chosen ? two : one; }
int chosen(int) __attribute__((ifunc("resolver")));
int (*Table[2])(int) = {chosen, chosen};
int part(int N) { return chosen(N) * 2; }
//--- user.c
int chosen(int);
int user(int N) { return chosen(N) + 1000; }
int (*userPointer(void))(int) { return chosen; }

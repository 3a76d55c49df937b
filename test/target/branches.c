// Do functions of one file call each other from section to section on other
// machines, also where nothing but a return follows the call?
// REQUIRES: other-machines
// RUN: %same-on-targets --status 7 %s

#include <stdio.h>
#include <stdlib.h>

static int Calls;

__attribute__((cold, noinline)) static int rare(int Number) {
  printf("rare %d\n", ++Calls);
  return Number + 1;
}

__attribute__((section(".text.apart"), noinline)) static int apart(int Number) {
  Calls += 10;
  return Number > 3 ? rare(Number) : Number;
}

__attribute__((hot, noinline)) static int often(int Number) {
  if (Number < 0)
    exit(rare(Number));
  int Sum = apart(Number) + rare(Number) + apart(Number + 1);
  printf("often %d, %d calls\n", Sum, Calls);
  return rare(Sum);
}

int main(int Count, char **Arguments) {
  int (*volatile Pointer)(int) = rare;
  printf("%d\n", Pointer(Count));
  printf("%d\n", often(Count * 3));
  return often(Count) == 6 ? apart(7) - 1 : 0;
}

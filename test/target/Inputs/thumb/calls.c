// Compiled to IR: who uses the functions of calls-part.c, and is used by them.

#include "calls.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

int mine(int Number) { return Number * 3; }
_Thread_local int PerThread = 40;
int *MainPlace;
static void show(int Number) { printf("show %d\n", Number); }

static void *thread(void *Name) {
  int First = next(), Second = next();
  printf("%s %d %d %d %d\n", (char *)Name, First, Second, PerThread, ++OfPart);
  return Name;
}

int main(void) {
  int Numbers[] = {3, 1, 2}, Zero = 0;
  int First = part(1), Second = pointer()(4), Third = apply(mine, 7);
  printf("%d %d %d, %d\n", First, Second, Third, Constructed);
  printf("%d %d %d\n", pointer() == part, Table[0] == part, Table[1] == mine);
  First = nowhere_or(5);
  through_nowhere(&Zero);
  printf("%d %d %d\n", First, Zero, library_pointers());
  qsort(Numbers, 3, sizeof(int), compare);
  each(Numbers, 3, show);
  for (int Number = 0; Number != 9; ++Number)
    printf("%d ", choose(Number) + select_letter('a' + Number));
  printf("%d\n", chosen(4));
  pthread_t Other;
  thread("main");
  pthread_create(&Other, 0, thread, "thread");
  pthread_join(Other, 0);
  thread("main");
  First = tail(2);
  Second = tail_if(0);
  Third = tail_if(9);
  printf("%d %d %d\n", First, Second, Third);
  return First == 6 ? 7 : 1;
}

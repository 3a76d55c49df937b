// Does the strong definition win over weak ones, and the first of several weak
// ones over the others, in every order and in every kind of part?
//
// Each name is strong in one part, and weak in the others; reference and
// address must be the same from everywhere.
//
// RUN: %split %s %t
// RUN: %linked --any-order main:-DPART=0=%t/main.c module:-DPART=1=%t/part1.c \
// RUN:   object:-DPART=2=%t/part2.c gcc:-fPIC:-DPART=3=%t/part3.c
// RUN: %linked --any-order --variants=-fno-pic main:-DPART=0=%t/main.c \
// RUN:   object:-DPART=1=%t/part1.c gcc:-DPART=2=%t/part2.c \
// RUN:   module:-DPART=3=%t/part3.c
//
// A weak definition keeps an archive's member out, and a member that comes for
// another reason brings its strong one along.
// RUN: %linked main:-DPART=0=%t/main.c object:-DPART=1=%t/part1.c \
// RUN:   module:-DPART=2=%t/part2.c archive:-DPART=3=%t/part3.c
// RUN: %linked main=%t/weak-main.c archive=%t/strong-member.c
// RUN: %linked main:-DNEEDED=%t/weak-main.c archive=%t/strong-member.c

//--- part.h
#define JOIN_(A, B) A##B
#define JOIN(A, B) JOIN_(A, B)
#define TEXT_(X) #X
#define TEXT(X) TEXT_(X)
// Function<n> and Data<n> are strong in part n, weak in the others;
// WeakFunction and WeakData are weak in all.
#define DEFINE(OWNER, ATTRIBUTE)                                               \
  ATTRIBUTE const char *Function##OWNER(void) {                                \
    return #OWNER " from " TEXT(PART);                                         \
  }                                                                            \
  ATTRIBUTE int Data##OWNER = 100 * OWNER + PART;
#define LOOSE __attribute__((weak))
#if PART == 0
DEFINE(0, )
#else
DEFINE(0, LOOSE)
#endif
#if PART == 1
DEFINE(1, )
#else
DEFINE(1, LOOSE)
#endif
#if PART == 2
DEFINE(2, )
#else
DEFINE(2, LOOSE)
#endif
#if PART == 3
DEFINE(3, )
#else
DEFINE(3, LOOSE)
#endif
LOOSE const char *WeakFunction(void) { return "weak from " TEXT(PART); }
LOOSE int WeakData = PART;

struct View {
  const char *(*Functions[5])(void);
  int *Data[5];
};
const char *JOIN(callAll, PART)(int Number) {
  const char *(*Functions[])(void) = {Function0, Function1, Function2,
                                      Function3, WeakFunction};
  return Number == 5 ? Function3() : Functions[Number]();
}
struct View JOIN(View, PART) = {
    {Function0, Function1, Function2, Function3, WeakFunction},
    {&Data0, &Data1, &Data2, &Data3, &WeakData}};

//--- main.c
#include "part.h"
#include <stdio.h>
const char *callAll1(int), *callAll2(int), *callAll3(int);
extern struct View View1, View2, View3;
int main(void) {
  const char *(*Calls[])(int) = {callAll0, callAll1, callAll2, callAll3};
  struct View *Views[] = {&View0, &View1, &View2, &View3};
  for (int I = 0; I != 4; ++I) {
    for (int J = 0; J != 6; ++J)
      printf("%s, ", Calls[I](J));
    for (int J = 0; J != 5; ++J)
      printf("%d %d %d, ", *Views[I]->Data[J],
             Views[I]->Data[J] == View0.Data[J],
             Views[I]->Functions[J] == View0.Functions[J]);
    puts("");
  }
}
//--- part1.c
#include "part.h"
//--- part2.c
#include "part.h"
//--- part3.c
#include "part.h"

//--- weak-main.c
#include <stdio.h>
__attribute__((weak)) int chosen(void) { return 1; }
#ifdef NEEDED
int alsoHere(void);
#else
static int alsoHere(void) { return 5; }
#endif
int main(void) { printf("%d %d\n", chosen(), alsoHere()); }
//--- strong-member.c
int chosen(void) { return 2; }
int alsoHere(void) { return chosen() + 1; }

// Are members of archives linked on demand, as ld does with a group?
//
// A member nobody needs must not run its constructor; members may need others,
// of other archives, too, in a circle; a weak reference takes no member.
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c \
// RUN:   archive=%t/one.c,%t/three.c,%t/unneeded.c,gcc!%t/five.c \
// RUN:   archive=gcc!%t/two.c,%t/four.c,%t/weak.c
// RUN: %linked main=%t/main.c thin=%t/two.c,%t/four.c,%t/weak.c \
// RUN:   archive=%t/one.c,%t/three.c,%t/unneeded.c,%t/five.c
//
// An object is there whether needed or not, and what it needs is found.
// RUN: %linked main=%t/main.c object=%t/unneeded.c gcc=%t/four.c \
// RUN:   archive=%t/one.c,%t/three.c,%t/five.c archive=%t/two.c,%t/weak.c
//
// The first archive that defines a name is asked, and a definition in the
// program comes before any archive; so does one in a member for libc's name.
// RUN: %linked main=%t/first.c archive=%t/name-a.c archive=%t/name-b.c
// RUN: %linked main=%t/first.c archive=%t/name-b.c archive=%t/name-a.c
// RUN: %linked main=%t/first.c object=%t/name-b.c archive=%t/name-a.c
// RUN: %linked main=%t/shadow.c archive=%t/atoi.c

//--- main.c
#include <stdio.h>
int one(int);
__attribute__((weak)) extern int weakly(void);
int main(void) {
  printf("%d\n", one(3));
  printf("%s\n", weakly ? "weak was linked" : "weak is null");
}

//--- one.c
int two(int);
int one(int Value) { return Value ? two(Value - 1) + 1 : 100; }
//--- two.c
int three(int);
int two(int Value) { return three(Value) + 10; }
//--- three.c
int four(int);
int three(int Value) { return four(Value) * 2; }
//--- four.c
int one(int);
extern int FiveData;
int four(int Value) { return one(Value) + FiveData; }
//--- five.c
#include <stdio.h>
int FiveData = 5;
static __attribute__((constructor)) void construct(void) { puts("five"); }
//--- unneeded.c
#include <stdio.h>
int unneeded(void) { return 1; }
static __attribute__((constructor)) void construct(void) { puts("unneeded"); }
//--- weak.c
#include <stdio.h>
int weakly(void) { return 1; }
static __attribute__((constructor)) void construct(void) { puts("weak"); }

//--- first.c
#include <stdio.h>
const char *name(void);
int main(void) { puts(name()); }
//--- name-a.c
const char *name(void) { return "a"; }
//--- name-b.c
const char *name(void) { return "b"; }
//--- shadow.c
#include <stdio.h>
#include <stdlib.h>
int main(int Count, char **Values) { printf("%d\n", atoi(Values[0])); }
//--- atoi.c
int atoi(const char *Text) { return 4711; }

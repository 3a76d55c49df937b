// Do C objects of clang and gcc, however they were made position-independent
// or not, run beside the IR: calls and data both ways, tables, BSS?
//
// RUN: %split %s %t
// RUN: %linked --variants=-fPIC,-fPIE,-fno-pic --status 17 main=%t/main.c \
// RUN:   object=%t/part.c gcc=%t/other.c -- some arguments
// RUN: %linked --variants=-fPIC,-fPIE,-fno-pic --status 17 main=%t/main.c \
// RUN:   gcc=%t/part.c object=%t/other.c -- some arguments

//--- part.h
struct Node {
  const char *Name;
  int (*Function)(int);
  struct Node *Next;
};
extern struct Node First, Second;
extern int Counter;
extern int Big[100000];
int twice(int), thrice(int), countUp(void);
double half(double);
const char *word(unsigned);
int callBack(int (*)(int), int);
int inMain(int);

//--- main.c
#include "part.h"
#include <stdio.h>

int Counter = 40;
int inMain(int Value) { return Value * 1000 + Counter; }
static int local(int Value) { return Value - 1; }

int main(int Count, char **Values) {
  printf("%d arguments, last %s\n", Count, Values[Count - 1]);
  printf("%d %d %d\n", twice(21), thrice(5), countUp());
  printf("%d %d\n", callBack(local, 8), callBack(inMain, 3));
  for (struct Node *N = &First; N; N = N->Next)
    printf("%s %d\n", N->Name, N->Function(4));
  printf("same function: %d %d\n", First.Function == twice,
         Second.Function == inMain);
  Big[99999] += 5;
  printf("%d %d\n", Big[99999], Big[0]);
  for (unsigned I = 0; I != 9; ++I)
    printf("%s ", word(I));
  printf("%g\n", half(5));
  return 17;
}

//--- part.c
#include "part.h"

struct Node First = {"first", twice, &Second};
struct Node Second = {"second", inMain, 0};
static int Calls;
int twice(int Value) { return ++Calls, Value * 2; }
double half(double Value) { return Value * 0.5 + 0.25 * Calls; }
int callBack(int (*Function)(int), int Value) { return Function(Value) + 1; }

//--- other.c
#include "part.h"
#include <stdio.h>
#include <string.h>

int Big[100000];
int thrice(int Value) { return twice(Value) + Value; }
int countUp(void) { return ++Counter; }
const char *word(unsigned Number) {
  static char Buffer[20];
  switch (Number) {
  case 0: return "nought";
  case 1: return "one";
  case 2: return "two";
  case 3: return "three";
  case 4: return strcpy(Buffer, "four");
  case 5: return "five";
  case 6: Big[99999] = 6; return "six";
  case 7: return Buffer;
  default: snprintf(Buffer, sizeof(Buffer), "%u", Number); return Buffer;
  }
}

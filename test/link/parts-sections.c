// Is everything that a section, llvm.used or assembly keeps in a program that is cut
// into parts, in the file's order, and with what it refers to?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: %{parts} %s

#include <stdio.h>

#define APART __attribute__((noinline))
#define USED __attribute__((used))
#define IN(S) __attribute__((section(#S)))

typedef void (*Call)(void);
extern Call __start_calls[], __stop_calls[];
extern int *__start_places[], *__stop_places[];
extern int __start_numbers[], __stop_numbers[];

// Local functions that only a kept variable names.
#define CALL(N)                                                                \
  static void call##N(void) { printf("call %d\n", N); }                        \
  USED IN(calls) static Call Call##N = call##N;
CALL(1) CALL(2) CALL(3) CALL(4) CALL(5) CALL(6) CALL(7) CALL(8)

// One variable, named by a kept one and by a function.
static int Place;
static int OnlyKept = 40;
USED IN(places) static int *ToPlace = &Place;
USED IN(places) static int *ToOnlyKept = &OnlyKept;
APART void count(void) { ++Place; }
APART int place(void) { return Place; }

// Local ones that one function uses, and global ones.
static int Number1 IN(numbers) = 1;
int Number2 IN(numbers) = 2;
USED static int Number3 IN(numbers) = 3;
static int Number4 IN(numbers) = 4;
APART int first(void) { return ++Number1; }
APART int fourth(void) { return ++Number4; }

USED static int *Kept = &Place;

// Code in a section.
#define CODE(N) IN(code) APART int code##N(int X) { return X * N; }
CODE(2) CODE(3) IN(code) APART static int code5(int X) { return X * 5; }
CODE(7) CODE(6) CODE(9) CODE(4)
extern char __start_code[], __stop_code[];
static int isInside(void *At) {
  return (char *)At >= __start_code && (char *)At < __stop_code;
}

int main(void) {
  for (Call *At = __start_calls; At != __stop_calls; ++At)
    (*At)();
  count();
  count();
  for (int **At = __start_places; At != __stop_places; ++At)
    printf("%d ", ++**At);
  printf("%d %d\n", place(), first() + fourth());
  for (int *At = __start_numbers; At != __stop_numbers; ++At)
    printf("%d ", *At);
  printf("%d %d\n", code2(code3(code5(1))),
         isInside(code2) + isInside(code3) + isInside(code5));
  int (*Code[])(int) = {code2, code3, code5, code7, code6, code9, code4};
  printf("%d", (char *)code2 == __start_code);
  for (int I = 1; I != sizeof(Code) / sizeof(*Code); ++I)
    printf(" %d", Code[I - 1] < Code[I]);
  printf("\n");
  return 0;
}

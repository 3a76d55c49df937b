// Does assembly in the functions of a large program find what it names: functions and
// variables that are local to the file, and labels of other assembly?
// Its assembly is of x86-64.
// REQUIRES: host-x86_64
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: rm -rf %t && %split %s %t
// RUN: %{parts} --whole %t/locals.c
// RUN: %{parts} --whole %t/module.c
// RUN: %{parts} --whole %t/assigned.c
// RUN: %{parts} %t/globals.c
// RUN: %{parts} %t/numbered.c
// Its own labels, in one part or several.
// RUN: %linked --remote=--part-size=1 main=%t/labels.c
// RUN: %linked --remote=--part-size=1 main=%t/macros.c

//--- locals.c
#include <stdio.h>
#define APART __attribute__((noinline))
__attribute__((used)) static int Cell = 3;
__attribute__((used)) APART static int seven(void) { return 7; }
APART int readCell(void) {
  int R;
  __asm__ volatile("movl Cell(%%rip), %0" : "=r"(R));
  return R;
}
APART int callSeven(void) {
  int R;
  __asm__ volatile("call seven" : "=a"(R)::"rcx", "rdx", "rsi", "rdi", "r8",
                   "r9", "r10", "r11", "memory");
  return R;
}
APART void raiseCell(void) { ++Cell; }
int main(void) {
  raiseCell();
  printf("%d %d %d\n", readCell(), callSeven(), Cell);
  return 0;
}
//--- assigned.c
#include <stdio.h>
#define APART __attribute__((noinline))
APART int set(void) {
  __asm__ volatile("nop\n Answer = 42\n");
  return 1;
}
APART int get(void) {
  int R;
  __asm__ volatile("movl $Answer, %0" : "=r"(R));
  return R;
}
int main(void) {
  printf("%d %d\n", set(), get());
  return 0;
}
//--- module.c
#include <stdio.h>
#define APART __attribute__((noinline))
static int Cell __attribute__((used)) = 3;
__asm__(".globl fromAssembly\nfromAssembly: movl Cell(%rip), %eax\nret");
int fromAssembly(void);
APART int one(void) { return fromAssembly() + 1; }
APART int two(void) { return ++Cell; }
int main(void) {
  printf("%d %d %d\n", one(), two(), one());
  return 0;
}
//--- globals.c
#include <stdio.h>
#define APART __attribute__((noinline))
int Cell = 3;
APART int read(void) {
  int R;
  __asm__ volatile("movl Cell(%%rip), %0" : "=r"(R));
  return R;
}
APART int raise(void) {
  __asm__ volatile("incl %0" : "+m"(Cell));
  return Cell;
}
static int Local = 20;
APART int readLocal(void) {
  int R;
  __asm__ volatile("movl %1, %0" : "=r"(R) : "m"(Local));
  return R;
}
APART int raiseLocal(void) { return ++Local; }
int main(void) {
  printf("%d %d %d %d\n", raise(), read(), raiseLocal(), readLocal());
  return 0;
}
//--- numbered.c
#include <stdio.h>
#define APART __attribute__((noinline))
APART int countDown(int N) {
  int Steps = 0;
  __asm__ volatile("1: incl %1\ndecl %0\njnz 1b" : "+r"(N), "+r"(Steps));
  return Steps;
}
APART int half(int N) {
  int R;
  __asm__ volatile("cmpl $10, %1\njg .Lbig%=\nmovl $1, %0\njmp .Lend%=\n"
                   ".Lbig%=: movl $2, %0\n.Lend%=:"
                   : "=r"(R) : "r"(N));
  return R;
}
int main(void) {
  printf("%d %d %d\n", countDown(9), half(9), half(19));
  return 0;
}
//--- labels.c
#include <stdio.h>
#define APART __attribute__((noinline))
APART int define(void) {
  int R;
  __asm__ volatile(".pushsection .data\ncell: .long 41\n.popsection\n"
                   "movl cell(%%rip), %0" : "=r"(R));
  return R;
}
APART int use(void) {
  int R;
  __asm__ volatile("incl cell(%%rip)\nmovl cell(%%rip), %0" : "=r"(R));
  return R;
}
extern int cell;
APART int useByName(void) { return ++cell; }
int main(void) {
  int A = define(), B = use(), C = useByName();
  printf("%d %d %d\n", A, B, C);
  return 0;
}
//--- macros.c
#include <stdio.h>
#define APART __attribute__((noinline))
APART int main2(void) {
  int R;
  __asm__ volatile(".macro put value, to\nmovl $\\value, \\to\n.endm\n"
                   ".set answer, 42\nput 41, %0" : "=r"(R));
  return R;
}
APART int again(void) {
  int R;
  __asm__ volatile("put 17, %0" : "=r"(R));
  return R;
}
APART int constant(void) {
  int R;
  __asm__ volatile("movl $answer, %0" : "=r"(R));
  return R;
}
int main(void) {
  int A = main2(), B = again(), C = constant();
  printf("%d %d %d\n", A, B, C);
  return 0;
}

// Where static variables refer to themselves, to one another, or to functions that
// nothing else names, is there one of each in a program that is cut into parts?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: %{parts} %s
//
// What no part owns is in no part's object: not much more than without
// parts is shipped.
// RUN: %clang -O2 -c -emit-llvm %s -o %t.bc
// RUN: %python %inputs/shipped_parts.py %bare-remote-run %t.bc

#include <stdio.h>

struct Item {
  struct Item *Next, *Previous;
  void (*Tick)(void);
  int Padding[100];
};

#define ITEM(N)                                                                \
  static void tick##N(void) { printf("%d ", N); }                              \
  static struct Item Item##N = {&Item##N, &Item##N, tick##N, {1, N}};          \
  __attribute__((noinline)) void run##N(void) {                                \
    Item##N.Next->Tick();                                                      \
    Item##N.Next = 0;                                                          \
    Item##N.Next = &Item##N;                                                   \
  }
#define ITEMS(F)                                                               \
  F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14)   \
  F(15) F(16) F(17) F(18) F(19) F(20) F(21) F(22) F(23) F(24) F(25) F(26)      \
  F(27) F(28) F(29) F(30) F(31) F(32) F(33) F(34) F(35) F(36) F(37) F(38)
ITEMS(ITEM)

static struct Item Left, Right;
static struct Item Left = {&Right, &Right, tick1, {0}};
static struct Item Right = {&Left, &Left, tick2, {0}};
__attribute__((noinline)) struct Item *left(void) { return &Left; }
__attribute__((noinline)) struct Item *right(void) { return &Right; }

int main(void) {
#define RUN(N) run##N();
  ITEMS(RUN)
  ITEMS(RUN)
  printf("%d\n", left()->Next == right() && right()->Next == left());
  return 0;
}

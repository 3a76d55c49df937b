// Compiled to IR: calls what is in branches.s.

#include <stdio.h>

typedef int function(int);
function in_arm, in_thumb, arm_calls, calls, jumps, short_jumps, in_main;
function *distance(void), *arm_distance(void), *address(void);
function *function_nearby(void), *odd(void);
int beside(void), words(void);

int in_main(int Number) { return Number * 1000; }

int main(void) {
  printf("%d %d %d %d\n", in_arm(0), in_thumb(0), arm_calls(0), calls(0));
  for (int Number = 0; Number != 9; ++Number)
    printf("%d ", jumps(Number));
  printf("%d %d\n", short_jumps(1), short_jumps(2));
  printf("%d %d %d %d\n", odd() == in_thumb, distance() == address(), arm_distance() == in_thumb,
         function_nearby() == address());
  printf("%d %d %d %d %d\n", distance()(0), arm_distance()(0), beside(),
         words(), (int)((unsigned)address() % 2));
  return 0;
}

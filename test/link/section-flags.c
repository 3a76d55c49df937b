// Are input sections of one name one section, whatever the protection that each
// asks for, between one start and one end?
//
// GNU ld's manual, "Input Section": orphan sections of one name are placed in
// one output section, whose flags are those of all of them.
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c object=%t/constant.c object=%t/variable.c
// RUN: %linked main=%t/main.c gcc=%t/variable.c gcc=%t/constant.c
// RUN: %linked main=%t/main.c object=%t/both.c

//--- main.c
#include <stdio.h>
extern const int __start_entries[], __stop_entries[];
static const int Own __attribute__((section("entries"), used)) = 1;
int main(void) {
  long Sum = 0;
  for (const int *Each = __start_entries; Each != __stop_entries; ++Each)
    Sum = Sum * 10 + *Each;
  printf("%ld in %ld\n", Sum, (long)(__stop_entries - __start_entries));
}
//--- constant.c
const int Constant __attribute__((section("entries"), used)) = 2;
//--- variable.c
int Variable __attribute__((section("entries"), used)) = 3;
//--- both.c
__asm__(".section entries,\"a\"\n.long 4\n"
        ".section entries,\"aw\",@progbits,unique,1\n.long 5\n"
        ".section entries,\"a\",@progbits,unique,2\n.long 6\n");

// Is a function that several objects define, not weakly but in a group of one
// name, there once: gcc's thunks are such, and what an assembler file says?
//
// ELF gABI, "Section Groups": GRP_COMDAT.
//
// (Its assembly is of x86-64.)
// REQUIRES: host-x86_64
// RUN: %split %s %t
// RUN: %linked main=%t/main.c gcc:-mindirect-branch=thunk=%t/one.c \
// RUN:   gcc:-mindirect-branch=thunk=%t/two.c
// RUN: %linked --any-order main=%t/main.c object=%t/one.c gcc=%t/two.c
// RUN: %linked main=%t/main.c archive=%t/one.c,gcc!%t/two.c

//--- shared.h
__asm__(".section .text.shared,\"axG\",@progbits,shared,comdat\n"
        ".globl shared\n.type shared,@function\n"
        "shared: movl $7, %eax\nret\n.size shared,.-shared\n"
        ".section .data.count,\"awG\",@progbits,shared,comdat\n"
        ".globl Count\n.balign 4\nCount: .long 1\n.text\n");
int shared(void);
extern int Count;
//--- main.c
#include <stdio.h>
int one(int (*)(void)), two(int (*)(void));
static int five(void) { return 5; }
int main(void) {
  int First = one(five), Second = two(five);
  printf("%d %d\n", First, Second);
}
//--- one.c
#include "shared.h"
int one(int (*Called)(void)) { return Called() + shared() + ++Count; }
//--- two.c
#include "shared.h"
int two(int (*Called)(void)) { return Called() + 2 * shared() + ++Count; }

// Does a name that is local to an object mean its own thing there, and nothing
// anywhere else, even where code asks for it by the table of addresses?
//
// ELF gABI, "Symbol Table": a local symbol is not visible outside the object,
// and may have the name of another without interfering.
// Its assembly is of x86-64.
// REQUIRES: host-x86_64
//
// RUN: %split %s %t
// RUN: %linked --any-order main=%t/main.c object=%t/global.c object=%t/local.c
// RUN: %linked --any-order main=%t/main.c gcc=%t/global.c gcc:-fPIC=%t/local.c

//--- main.c
#include <stdio.h>
int which(void);
int ofLocal(void);
extern int Value;
int main(void) { printf("%d %d %d\n", which(), ofLocal(), Value); }
//--- global.c
int Value = 1;
int which(void) { return 10; }
//--- local.c
__asm__(".text\n"
        ".type which, @function\n"
        "which: movl $20, %eax\n"
        "ret\n"
        ".size which, .-which\n"
        ".data\n"
        ".type Value, @object\n"
        "Value: .long 2\n"
        ".size Value, 4\n"
        ".text\n"
        ".globl ofLocal\n"
        ".type ofLocal, @function\n"
        "ofLocal: movq which@GOTPCREL(%rip), %rax\n"
        "subq $8, %rsp\n"
        "call *%rax\n"
        "movq Value@GOTPCREL(%rip), %rcx\n"
        "addl (%rcx), %eax\n"
        "addq $8, %rsp\n"
        "ret\n"
        ".size ofLocal, .-ofLocal\n");

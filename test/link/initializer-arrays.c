// Do an object's several initializer and finalizer arrays run in the order of its
// sections, whichever of them its code names, and is what is left over at the end
// of one no pointer?
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c object=%t/part.c
// RUN: %linked main=%t/main.c gcc:-fPIC=%t/part.c
// RUN: %linked main=%t/main.c object=%t/short.c

//--- main.c
#include <stdio.h>
int part(void);
int main(void) { printf("main %d\n", part()); }
//--- part.c
#include <stdio.h>
static void first(void) { puts("first"); }
static void second(void) { puts("second"); }
static void third(void) { puts("third"); }
void (*Used[])(void) = {first, second, third};
__asm__(".section .init_array,\"aw\",@init_array,unique,1\n"
        ".quad first\n"
        ".section .init_array,\"aw\",@init_array,unique,2\n"
        ".globl Second\n"
        "Second: .quad second\n"
        ".section .init_array,\"aw\",@init_array,unique,3\n"
        ".quad third\n"
        ".section .fini_array,\"aw\",@fini_array,unique,1\n"
        ".quad first\n"
        ".section .fini_array,\"aw\",@fini_array,unique,2\n"
        ".quad second\n"
        ".section .fini_array,\"aw\",@fini_array,unique,3\n"
        ".globl Third\n"
        "Third: .quad third\n"
        ".text\n");
extern void (*Second)(void), (*Third)(void);
int part(void) { return Second == second && Third == third; }
//--- short.c
#include <stdio.h>
static void only(void) { puts("only"); }
void (*Used)(void) = only;
int part(void) { return 4; }
__asm__(".section .init_array,\"aw\",@init_array\n"
        ".quad only\n"
        ".long 0x12345678\n"
        ".text\n");

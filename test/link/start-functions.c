// Are the pieces of code that objects have in sections .init and .fini one function
// each, as natively between those of crti.o and crtn.o, and called when the dynamic
// linker calls that?
//
// System V ABI, "Initialization and Termination Functions".
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c object=%t/first.c gcc=%t/second.c
// RUN: %linked object=%t/main.c object=%t/second.c object=%t/first.c
// RUN: %linked main:-DNOT_EARLY=%t/main.c object=%t/first.c
// RUN: %linked --remote=--image=false main=%t/main.c object=%t/first.c
// Of a module's assembly, and in parts.
// RUN: %linked main=%t/main.c module=%t/first.c object=%t/second.c
// RUN: %linked --remote=--part-size=1 main=%t/main.c module=%t/first.c

//--- main.c
#include <stdio.h>
#define FUNCTION(NAME)                                                         \
  void NAME(void) { puts(#NAME); }
FUNCTION(firstInit)
FUNCTION(firstFini)
FUNCTION(secondInit)
FUNCTION(secondFini)
#ifndef NOT_EARLY
static void early(void) { puts("before"); }
__attribute__((section(".preinit_array"), used)) static void (*Early)(void) =
    early;
#endif
__attribute__((constructor)) static void build(void) { puts("constructor"); }
__attribute__((destructor)) static void undo(void) { puts("destructor"); }
__attribute__((destructor(101))) static void undoLast(void) { puts("101"); }
int main(void) { puts("main"); }
//--- first.c
#include <stdio.h>
#ifdef __aarch64__
#define CALL "bl "
#else
#define CALL "call "
#endif
__asm__(".pushsection .init,\"ax\",@progbits\n"
        CALL "firstInit\n"
        ".popsection\n"
        ".pushsection .fini,\"ax\",@progbits\n"
        CALL "firstFini\n"
        ".popsection\n");
//--- second.c
// One that only initializes, and leaves more than one instruction.
__asm__(".pushsection .init,\"ax\",@progbits\n"
#ifdef __aarch64__
        "stp x19, x20, [sp, #-16]!\n"
        "bl secondInit\n"
        "ldp x19, x20, [sp], #16\n"
#else
        "push %rbx\n"
        "sub $8, %rsp\n"
        "call secondInit\n"
        "add $8, %rsp\n"
        "pop %rbx\n"
#endif
        ".popsection\n");

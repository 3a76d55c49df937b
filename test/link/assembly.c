// Do module assembly and inline assembly with symbols link with modules and
// objects, and assembly's objects with the IR?
// Its assembly is of x86-64.
// REQUIRES: host-x86_64
//
// RUN: %split %s %t
// RUN: %linked --any-order main=%t/main.c module=%t/part.c object=%t/asm.s
// RUN: %linked --any-order --variants=-fPIC,-fno-pic main=%t/main.c \
// RUN:   object=%t/part.c gcc=%t/asm.s
// RUN: %linked main=%t/main.c archive=%t/asm.s gcc:-fPIC=%t/part.c

//--- main.c
#include <stdio.h>
int moduleAsm(int), objectAsm(int), part(int), weakAsm(void);
extern int AsmData;
__asm__(".text\n.globl mainAsm\n.type mainAsm,@function\n"
        "mainAsm: leal 3(%rdi), %eax\n ret\n"
        ".section .rodata.asm,\"a\",@progbits\n"
        "localText: .asciz \"in main\"\n"
        ".text\n.globl mainText\nmainText: leaq localText(%rip), %rax\n ret\n");
int mainAsm(int);
const char *mainText(void);
int main(void) {
  int Result;
  printf("%d %d %d\n", mainAsm(1), moduleAsm(2), objectAsm(3));
  __asm__ volatile("movl $9, %%edi\n\tcall objectAsm@PLT"
                   : "=a"(Result)::"rdi", "rcx", "rdx", "rsi", "r8", "r9",
                     "r10", "r11", "memory");
  printf("%d %d %s %d\n", Result, AsmData, mainText(), part(4));
  printf("%d\n", weakAsm());
}
//--- part.c
__asm__(".globl moduleAsm\n.type moduleAsm,@function\n"
        "moduleAsm: movl %edi, %eax\n addl localData(%rip), %eax\n ret\n"
        ".data\n.p2align 2\nlocalData: .long 40\n"
        ".text\n.weak weakAsm\nweakAsm: movl $1, %eax\n ret\n");
int objectAsm(int);
int part(int N) { return objectAsm(N) + 1; }
//--- asm.s
	.text
	.globl objectAsm
	.type objectAsm,@function
objectAsm:
	movl %edi, %eax
	imull localData(%rip), %eax
	cmpl $0, .LLimit(%rip)
	je 1f
	addl $1, %eax
1:	ret
	.size objectAsm, .-objectAsm
	.section .rodata
	.p2align 2
.LLimit:
	.long 1
	.data
	.globl AsmData
	.p2align 2
localData:
	.long 7
AsmData:
	.long 77
	.section .note.GNU-stack,"",@progbits

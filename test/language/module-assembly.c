// Do functions, data and constructors that are written in assembly work?
// Its assembly is of x86-64.
// REQUIRES: host-x86_64
// UNSUPPORTED: on-other-machine
// RUN: %same --status 0 %s

#include <stdio.h>
int inAssembly(int);
extern int DataInAssembly;
__asm__(".text\n.globl inAssembly\n.type inAssembly,@function\n"
        "inAssembly:\n lea 1(%rdi), %eax\n call helper@PLT\n ret\n"
        ".size inAssembly, .-inAssembly\n"
        ".data\n.globl DataInAssembly\nDataInAssembly: .long 77\n"
        ".section .init_array,\"aw\",@init_array\n.quad "
        "constructInAssembly\n.text\n"
        "constructInAssembly:\n push %rbx\n lea text(%rip), %rdi\n call "
        "puts@PLT\n pop %rbx\n ret\n"
        ".section .rodata\ntext: .asciz \"constructed in assembly\"\n.text\n");
__attribute__((used)) int helper(void) {
  int x;
  __asm__("mov %%eax, %0" : "=r"(x));
  return x;
}
int main(void) {
  FILE *out;
  __asm__("mov stdout@GOTPCREL(%%rip), %0\n mov (%0), %0" : "=r"(out));
  fprintf(out, "%d %d\n", DataInAssembly, out == stdout);
  return 0;
}

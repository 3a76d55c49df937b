// Are relocations what the psABI says, wherever they stand: of a call in data,
// of sizes, of the table of addresses and its start, of a weak symbol that is
// nowhere with an addend, of a local ifunc? And is a symbol that nothing refers
// to no error?
//
// System V psABI for x86-64, "Relocation Types"; ELF gABI, "Symbol Table": an
// undefined weak symbol has the value 0.
// REQUIRES: host-x86_64
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c object=%t/part.c
// RUN: %linked main=%t/main.c gcc=%t/part.c

//--- main.c
#include <stdio.h>
#include <string.h>
extern const int RelativeCall, RelativeLibrary;
extern const long SizeOf, WeakPlus, WeakAlone, Absolute;
extern const int SmallSize, LibrarySmallSize;
extern const long LibrarySize;
int ofTable(void), viaStart(void), viaIfunc(void);
extern int (*const IfuncPointer)(void);
int main(void) {
  int (*Called)(void) =
      (int (*)(void))((char *)&RelativeCall + RelativeCall);
  size_t (*Length)(const char *) =
      (size_t (*)(const char *))((char *)&RelativeLibrary + RelativeLibrary);
  printf("%d %d\n", Called(), (int)Length("five5"));
  printf("%ld %d %ld %ld %ld\n", SizeOf, SmallSize, WeakPlus, WeakAlone,
         Absolute);
  printf("%ld %d\n", LibrarySize, LibrarySmallSize);
  printf("%d %d %d %d\n", ofTable(), viaStart(), viaIfunc(), IfuncPointer());
}
//--- part.c
int seven(void) { return 7; }
int Table[5] = {1, 2, 3, 4, 5};
__asm__(".globl AbsoluteNumber\n"
        "AbsoluteNumber = 1234\n"
        ".section .rodata\n"
        ".globl RelativeCall, RelativeLibrary, SizeOf, SmallSize\n"
        ".globl WeakPlus, WeakAlone, Absolute, IfuncPointer\n"
        ".globl LibrarySize, LibrarySmallSize\n"
        ".balign 8\n"
        "RelativeCall: .reloc ., R_X86_64_PLT32, seven\n.long 0\n"
        "RelativeLibrary: .reloc ., R_X86_64_PLT32, strlen\n.long 0\n"
        "SizeOf: .quad Table@SIZE + 100\n"
        "SmallSize: .long Table@SIZE\n"
        ".long 0\n"
        ".weak nowhere\n"
        ".section .data\n"
        ".balign 8\n"
        "WeakPlus: .quad nowhere + 8\n"
        "WeakAlone: .quad nowhere\n"
        "Absolute: .quad AbsoluteNumber + 1\n"
        "LibrarySize: .quad stdout@SIZE + 100\n"
        "LibrarySmallSize: .long stdout@SIZE\n.long 0\n"
        "IfuncPointer: .quad chosen\n"
        ".text\n"
        ".globl ofTable, viaStart, viaIfunc\n"
        "ofTable: movq Table@GOTPCREL(%rip), %rax\n"
        "movl 8(%rax), %eax\n"
        "ret\n"
        "viaStart: leaq _GLOBAL_OFFSET_TABLE_(%rip), %rdx\n"
        "movabsq $Table@GOTOFF, %rax\n"
        "movl 12(%rdx,%rax), %eax\n"
        "movabsq $Table@GOT, %rcx\n"
        "movq (%rdx,%rcx), %rcx\n"
        "addl 16(%rcx), %eax\n"
        "ret\n"
        ".type chosen, @gnu_indirect_function\n"
        "chosen: leaq nine(%rip), %rax\n"
        "ret\n"
        "nine: movl $9, %eax\n"
        "ret\n"
        "viaIfunc: subq $8, %rsp\n"
        "call chosen@PLT\n"
        "addq $8, %rsp\n"
        "ret\n"
        // Nobody refers to this one.
        ".globl notDefinedAnywhere\n");

// Does a common symbol take the archive's member that defines it, as with GNU
// ld and lld?
//
// ELF gABI, "Symbol Table": the link editor "extracts archive members that
// contain definitions of undefined or tentative global symbols".
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c archive=%t/member.c
// RUN: %linked main=%t/empty.c gcc=%t/main.c archive=%t/member.c

//--- main.c
#include <stdio.h>
__attribute__((common)) int Shared;
int main(void) { printf("%d\n", Shared); }
//--- member.c
int Shared = 3;
//--- empty.c
int Unused;

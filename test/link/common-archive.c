// Does a common symbol take the archive's member that defines it, as with GNU
// ld and lld?
//
// ELF gABI, "Symbol Table": the link editor "extracts archive members that
// contain definitions of undefined or tentative global symbols".
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c archive=%t/member.c
// RUN: %linked main=%t/empty.c gcc=%t/main.c archive=%t/member.c
//
// Another common symbol is no definition, and a weak one is none that is worth a
// member: their constructors do not run.
// RUN: %linked main=%t/main.c archive=%t/common.c
// RUN: %linked main=%t/main.c archive=%t/weak.c
// RUN: %linked main=%t/main.c archive=%t/common.c,%t/weak.c,%t/member.c

//--- main.c
#include <stdio.h>
__attribute__((common)) int Shared;
int main(void) { printf("%d\n", Shared); }
//--- member.c
int Shared = 3;
//--- common.c
#include <stdio.h>
__attribute__((common)) int Shared;
static __attribute__((constructor)) void construct(void) { puts("common"); }
//--- weak.c
#include <stdio.h>
__attribute__((weak)) int Shared = 5;
static __attribute__((constructor)) void construct(void) { puts("weak"); }
//--- empty.c
int Unused;

// Are archives searched in the order of the command line, and each in the order
// of its members, as by GNU ld and lld?
//
// It shows where a member has a weak definition of what another archive defines,
// and in the order of constructors.
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c archive=%t/b.c archive=%t/a-weak-b.c
// RUN: %linked main=%t/main.c archive=%t/a-weak-b.c archive=%t/b.c
// RUN: %linked main=%t/main.c archive=%t/b.c,%t/a-weak-b.c
// RUN: %linked main=%t/main.c archive=%t/a.c,%t/b.c
// RUN: %linked main=%t/main.c archive=%t/b.c,%t/a.c
// RUN: %linked main=%t/main.c archive=%t/b.c archive=%t/a.c

//--- main.c
#include <stdio.h>
int a(void), b(void);
int main(void) { printf("%d %d\n", a(), b()); }
//--- a.c
#include <stdio.h>
__attribute__((constructor)) static void construct(void) { puts("a"); }
int a(void) { return 1; }
//--- b.c
#include <stdio.h>
__attribute__((constructor)) static void construct(void) { puts("b"); }
int b(void) { return 2; }
//--- a-weak-b.c
int a(void) { return 3; }
__attribute__((weak)) int b(void) { return 4; }

// Is main called through its resolver where it is an ifunc, in a module, an
// object or an archive?
//
// RUN: %split %s %t
// RUN: %linked --status 12 main=%t/user.c module=%t/chosen.c -- one
// RUN: %linked --status 12 main=%t/user.c object=%t/chosen.c -- one
// RUN: %linked --status 12 main=%t/user.c archive=%t/chosen.c -- one

//--- user.c
#include <stdio.h>
int used(int Count) { return printf("%d arguments\n", Count); }
//--- chosen.c
int used(int);
static int one(int Count, char **Words) { return used(Count); }
static void *resolver(void) { return one; }
int main(int, char **) __attribute__((ifunc("resolver")));

// Do -u, --undefined and --require-defined bring members of archives along, and is
// what is missing then as natively: no error of the first two, and one of the third?
//
// RUN: %split %s %t && cd %t
// RUN: %linked --link=-Wl,-u,first --remote="-u first" main=main.c archive=first.c,second.c
// RUN: %linked --link=-Wl,-u,second,--undefined=first --remote="-u second --undefined=first" main=main.c archive=first.c,second.c
// RUN: %linked --link=-Wl,--require-defined=second --remote=--require-defined=second main=main.c archive=first.c,second.c
// RUN: %linked --link=-Wl,-u,third --remote="-u third" main=main.c archive=first.c,second.c
// RUN: %linked --link=-Wl,--require-defined=third --remote=--require-defined=third --fails \
// RUN:   main=main.c archive=first.c,second.c | FileCheck %s
// CHECK: error: --require-defined=third

//--- main.c
#include <stdio.h>
int main(void) { puts("main"); }
//--- first.c
#include <stdio.h>
int first;
__attribute__((constructor)) static void tell(void) { puts("first"); }
//--- second.c
#include <stdio.h>
int second;
__attribute__((constructor)) static void tell(void) { puts("second"); }

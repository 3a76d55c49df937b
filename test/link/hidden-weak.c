// Is what a weak reference of hidden or protected visibility names nowhere, if only
// a library has it; and is it found if the program has it, or the linker?
//
// gABI, "Symbol Visibility": a hidden name is not visible to other components, so
// that none of theirs can be meant.
//
// RUN: %split %s %t && cd %t
// RUN: %clang -O1 -fPIC -shared library.c -o libhas.so
// RUN: %linked --link="-L%t -lhas -Wl,-rpath,%t" --remote="-L%t -lhas" \
// RUN:   --variants=-fPIC,-fno-pic main=%t/main.c object=%t/own.c
// RUN: %linked --link="-L%t -lhas -Wl,-rpath,%t" --remote="-L%t -lhas" \
// RUN:   main=%t/main.c gcc=%t/own.c
// RUN: %linked --link="-L%t -lhas -Wl,-rpath,%t" --remote="-L%t -lhas" \
// RUN:   main=%t/main.c module=%t/own.c
// RUN: %linked --link="-L%t -lhas -Wl,-rpath,%t" --remote="-L%t -lhas" \
// RUN:   main=%t/own.c gcc=%t/main.c

//--- main.c
#include <stdio.h>
#define WEAK(How) __attribute__((weak, visibility(#How)))
extern WEAK(hidden) int hiddenFunction(void), ownFunction(void), puts(const char *);
extern WEAK(hidden) int HiddenVariable, OwnVariable;
extern WEAK(protected) int protectedFunction(void);
extern WEAK(protected) int ProtectedVariable;
extern WEAK(default) int Known;
extern WEAK(hidden) char __executable_start[], __start_of_none[];
int used(void);
int main(void) {
  printf("hidden: %d %d, and of libc's: %d\n", hiddenFunction != 0,
         &HiddenVariable != 0, puts != 0);
  printf("protected: %d %d\n", protectedFunction != 0, &ProtectedVariable != 0);
  printf("own: %d %d\n", ownFunction ? ownFunction() : 0,
         &OwnVariable ? OwnVariable : 0);
  printf("the linker's: %d %d\n", __executable_start != 0, __start_of_none != 0);
  printf("the library's: %d %d\n", &Known ? Known : 0, used());
}
//--- own.c
int OwnVariable = 5;
int ownFunction(void) { return 6; }
//--- library.c
int HiddenVariable = 1, ProtectedVariable = 2, Known = 3;
int hiddenFunction(void) { return 1; }
int protectedFunction(void) { return 2; }
int used(void) { return 4; }

// Is a program of objects and archives alone, without IR, what a linker makes of it?
//
// The main file may be an object or an archive; it is the first of the inputs.
//
// RUN: %split %s %t
// RUN: %linked --status 7 object=%t/main.c object=%t/part.c
// RUN: %linked --status 7 --any-order gcc=%t/part.c gcc=%t/main.c archive=%t/other.c
// RUN: %linked --status 7 archive=%t/main.c,%t/part.c,%t/other.c
// RUN: %linked --status 7 thin=%t/main.c,gcc!%t/part.c
// RUN: %linked --status 7 archive=%t/part.c object=%t/main.c
// With IR beside it.
// RUN: %linked --status 7 object=%t/main.c module=%t/part.c
// RUN: %linked --status 7 archive=%t/part.c module=%t/main.c
// It stands before that: its weak definitions count, and its constructors come first.
// RUN: %linked object=%t/first.c module=%t/second.c
// RUN: %linked --remote=--wrap=wrapped --link=-Wl,--wrap=wrapped object=%t/first.c module=%t/second.c
//
//--- main.c
int part(void);
int main(void) { return part(); }
//--- part.c
int part(void) { return 7; }
//--- other.c
int other(void) { return 0; }
//--- first.c
#include <stdio.h>
__attribute__((weak)) int number = 1;
__attribute__((weak)) const char *name(void) { return "first"; }
const char *nameForSecond(void);
int wrapped(void), callWrapped(void);
__attribute__((constructor)) static void build(void) { puts("first"); }
int main(void) {
  printf("%s %s %d %d %d\n", name(), nameForSecond(), number, wrapped(),
         callWrapped());
}
//--- second.c
#include <stdio.h>
__attribute__((weak)) int number = 2;
__attribute__((weak)) const char *name(void) { return "second"; }
const char *nameForSecond(void) { return name(); }
__attribute__((constructor)) static void build(void) { puts("second"); }
int wrapped(void) { return number + 10; }
int __wrap_wrapped(void) { return number + 20; }
int callWrapped(void) { return wrapped(); }

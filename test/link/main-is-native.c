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
//
//--- main.c
int part(void);
int main(void) { return part(); }
//--- part.c
int part(void) { return 7; }
//--- other.c
int other(void) { return 0; }

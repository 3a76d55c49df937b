// Is main taken from an archive, if nothing else has it? The linker's start-up
// object asks for it.
//
// RUN: %split %s %t
// RUN: %linked --status 3 main=%t/part.c archive=%t/other.c,%t/main.c
// RUN: %linked --status 3 main=%t/part.c object=%t/other.c archive=gcc!%t/main.c
// RUN: %linked --status 3 main=%t/main.c object=%t/part.c archive=%t/other.c archive=%t/main.c
//
//--- main.c
int part(int);
int main(void) { return part(2); }
//--- part.c
int other(int);
int part(int Value) { return other(Value) + 1; }
//--- other.c
int other(int Value) { return Value; }

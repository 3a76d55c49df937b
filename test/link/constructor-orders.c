// Do constructors of objects run in ld's order: by priority, whether their
// section is .init_array.N or .ctors.N, of one priority by the sections' names, those
// without one last, in the order of the objects, and a .ctors from its end to its start?
//
// GNU ld's default script: SORT_BY_INIT_PRIORITY; binutils since 2.22 places
// .ctors into .init_array, and .dtors into .fini_array.
//
// RUN: %split %s %t
// RUN: %linked main=%t/main.c object=%t/arrays.c object=%t/ctors.c
// RUN: %linked main=%t/main.c gcc=%t/ctors.c gcc=%t/arrays.c
//
// And of modules, of which each has what it would have as an object.
// RUN: %linked --levels=2 main=%t/main.c module=%t/lists.c module=%t/arrays.c
// RUN: %linked --levels=0 main=%t/lists.c module=%t/main.c object=%t/lists2.c

//--- main.c
#include <stdio.h>
__attribute__((constructor)) static void plain(void) { puts("main's"); }
__attribute__((constructor(300))) static void later(void) { puts("300"); }
int main(void) { puts("main"); }
//--- arrays.c
#include <stdio.h>
static void first(void) { puts("00200"); }
static void second(void) { puts("plain array"); }
static void last(void) { puts("fini 150"); }
__attribute__((section(".init_array.00200"), used)) static void (*A)(void) =
    first;
__attribute__((section(".init_array"), used)) static void (*B)(void) = second;
__attribute__((section(".fini_array.00150"), used)) static void (*C)(void) =
    last;
//--- ctors.c
#include <stdio.h>
void ctorA(void) { puts("ctors, first"); }
void ctorB(void) { puts("ctors, second"); }
void ctor250(void) { puts("ctors.65285 (250)"); }
void ctor200(void) { puts("ctors.65335 (200)"); }
void dtorA(void) { puts("dtors, first"); }
void dtorB(void) { puts("dtors, second"); }
__asm__(".section .ctors,\"aw\",@progbits\n.quad ctorA\n.quad ctorB\n"
        ".section .ctors.65285,\"aw\",@progbits\n.quad ctor250\n"
        ".section .ctors.65335,\"aw\",@progbits\n.quad ctor200\n"
        ".section .dtors,\"aw\",@progbits\n.quad dtorA\n.quad dtorB\n"
        ".text\n");
//--- lists.c
#include <stdio.h>
__attribute__((constructor)) static void ofArray(void) { puts("array"); }
__attribute__((destructor)) static void ofFini(void) { puts("fini"); }
static void ofCtors(void) { puts("ctors, of C"); }
static void ofDtors(void) { puts("dtors, of C"); }
__attribute__((section(".ctors"), used)) static void (*D)(void) = ofCtors;
__attribute__((section(".dtors"), used)) static void (*E)(void) = ofDtors;
//--- lists2.c
#include <stdio.h>
__attribute__((constructor)) static void ofArray(void) { puts("array, again"); }

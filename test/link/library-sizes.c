// Is the size of what a library has known: of a variable, of a thread-local one and
// of a function?
//
// System V psABI for x86-64, "Relocation Types": R_X86_64_SIZE32, R_X86_64_SIZE64.
// REQUIRES: host-x86_64
//
// RUN: %split %s %t && cd %t
// RUN: %clang -O1 -fPIC -shared library.c -o libsized.so
// RUN: %linked --link="-L%t -lsized -Wl,-rpath,%t" --remote="-L%t -lsized" \
// RUN:   main=%t/main.c object=%t/part.c

//--- main.c
#include <stdio.h>
extern const long SizeOfVariable, SizeOfThreadLocal, SizeOfFunction;
extern const int SmallSize;
extern char Variable[];
extern __thread char ThreadLocal[];
int function(void);
int main(void) {
  printf("%ld %ld %d %d\n", SizeOfVariable, SizeOfThreadLocal, SmallSize,
         SizeOfFunction > 0 && SizeOfFunction < 100);
  printf("%d %d %d\n", Variable[1], ThreadLocal[2], function());
}
//--- part.c
__asm__(".type ThreadLocal, @tls_object\n"
        ".data\n"
        ".globl SizeOfVariable, SizeOfThreadLocal, SizeOfFunction, SmallSize\n"
        ".balign 8\n"
        "SizeOfVariable: .quad Variable@SIZE\n"
        "SizeOfThreadLocal: .quad ThreadLocal@SIZE\n"
        "SizeOfFunction: .quad function@SIZE\n"
        "SmallSize: .long ThreadLocal@SIZE + 1\n");
//--- library.c
char Variable[11] = {1, 2};
__thread char ThreadLocal[12] = {1, 2, 3};
int function(void) { return 4; }

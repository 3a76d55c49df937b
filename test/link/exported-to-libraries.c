// Does a library use what the program defines: protected, common and weak, in
// objects as in modules, as a linker exports what a library refers
// to?
//
// GNU ld's manual, "--export-dynamic": symbols that some dynamic object refers to
// are exported without it.
//
// RUN: %split %s %t && cd %t
// RUN: gcc -O1 -fPIC -shared library.c -o libasks.so
// RUN: %linked --link="-L%t -lasks -Wl,-rpath,%t" --remote="-L%t -lasks" \
// RUN:   main=%t/main.c object:-fcommon=%t/own.c
// RUN: %linked --link="-L%t -lasks -Wl,-rpath,%t" --remote="-L%t -lasks" \
// RUN:   main=%t/main.c gcc:-fcommon=%t/own.c
// RUN: %linked --link="-L%t -lasks -Wl,-rpath,%t" --remote="-L%t -lasks" \
// RUN:   main=%t/main.c module:-fcommon=%t/own.c

//--- main.c
#include <stdio.h>
int askWeak(void), askProtected(void), askCommon(void), askHidden(void);
int askWeakVariable(void);
extern int Common;
int main(void) {
  Common = 5;
  printf("%d %d %d %d %d\n", askWeak(), askProtected(), askCommon(), askHidden(),
         askWeakVariable());
}
//--- own.c
int Common;
__attribute__((weak)) int weakFunction(void) { return 10; }
__attribute__((weak)) int WeakVariable = 40;
__attribute__((visibility("protected"))) int protectedFunction(void) {
  return 20;
}
__attribute__((visibility("hidden"))) int hiddenFunction(void) { return 30; }
//--- library.c
int Common = 1;
__attribute__((weak)) int WeakVariable = 4;
__attribute__((weak)) int weakFunction(void) { return 1; }
int protectedFunction(void) { return 2; }
int hiddenFunction(void) { return 3; }
int askWeak(void) { return weakFunction(); }
int askProtected(void) { return protectedFunction(); }
int askCommon(void) { return Common; }
int askHidden(void) { return hiddenFunction(); }
int askWeakVariable(void) { return WeakVariable; }

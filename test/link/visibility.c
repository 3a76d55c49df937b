// Are hidden and protected symbols of modules and objects shared within the
// program, as within one linked executable?
//
// RUN: %split %s %t
// RUN: %linked --any-order --variants=-fPIC,-fno-pic main=%t/main.c \
// RUN:   module=%t/part.c object=%t/other.c
// RUN: %linked --any-order main=%t/main.c gcc:-fPIC=%t/part.c \
// RUN:   module:-fvisibility=hidden=%t/other.c
// RUN: %linked main:-fvisibility=hidden=%t/main.c archive=%t/part.c \
// RUN:   gcc:-fvisibility=hidden=%t/other.c

//--- main.c
#include <stdio.h>
#define HIDDEN __attribute__((visibility("hidden")))
#define PROTECTED __attribute__((visibility("protected")))
HIDDEN int hidden(int);
PROTECTED int protected(int);
extern HIDDEN int HiddenData;
extern PROTECTED int ProtectedData;
int other(void);
HIDDEN int inMain(void) { return 21; }
HIDDEN int puts(const char *);
int main(void) {
  HiddenData += 2;
  ProtectedData += 3;
  printf("%d %d %d %d %d\n", hidden(1), protected(2), other(), HiddenData,
         ProtectedData);
}
HIDDEN int puts(const char *Text) { return printf("own puts: %s\n", Text); }
//--- part.c
#define HIDDEN __attribute__((visibility("hidden")))
#define PROTECTED __attribute__((visibility("protected")))
HIDDEN int HiddenData = 10;
PROTECTED int ProtectedData = 20;
HIDDEN int inMain(void);
HIDDEN __attribute__((noinline)) int hidden(int N) { return N + HiddenData; }
PROTECTED __attribute__((noinline)) int protected(int N) {
  return N + ProtectedData + inMain();
}
//--- other.c
#define HIDDEN __attribute__((visibility("hidden")))
int hidden(int);
int puts(const char *);
extern HIDDEN int HiddenData;
extern int ProtectedData;
extern HIDDEN int Missing __attribute__((weak));
int other(void) {
  puts("called");
  if (&Missing)
    return -1;
  return hidden(3) * 1000 + HiddenData + ProtectedData;
}

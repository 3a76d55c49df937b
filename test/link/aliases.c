// Are aliases, weak ones too, the same function or variable in modules and
// objects?
//
// RUN: %split %s %t
// RUN: %linked --any-order --variants=-fPIC,-fno-pic main=%t/main.c \
// RUN:   module=%t/part.c object=%t/strong.c
// RUN: %linked --any-order --variants=-fPIC,-fno-pic main=%t/main.c \
// RUN:   gcc=%t/part.c object=%t/strong.c
// RUN: %linked --any-order --variants=-fPIC,-fno-pic main=%t/main.c \
// RUN:   object=%t/part.c module=%t/strong.c

//--- main.c
#include <stdio.h>
int original(void), alias(void), weakAlias(void), replaced(void);
extern int Value, OtherValue;
int main(void) {
  printf("%d %d %d %d\n", original(), alias(), weakAlias(), replaced());
  // The compiler takes different names for different functions.
  int (*volatile Original)(void) = original;
  int *volatile Address = &Value;
  printf("%d %d %d\n", Original == alias, Original == weakAlias,
         Original == replaced);
  *Address += 10;
  printf("%d %d\n", OtherValue, Address == &OtherValue);
}
//--- part.c
__attribute__((noinline)) int original(void) { return 5; }
int alias(void) __attribute__((alias("original")));
int weakAlias(void) __attribute__((weak, alias("original")));
int replaced(void) __attribute__((weak, alias("original")));
int Value = 3;
extern int OtherValue __attribute__((alias("Value")));
//--- strong.c
int replaced(void) { return 6; }

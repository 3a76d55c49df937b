// May several parts have static functions and variables of one name, which may
// even be libc's?
//
// RUN: %split %s %t
// RUN: %linked --any-order --variants=-fPIC,-fno-pic main=%t/main.c \
// RUN:   object=%t/one.c gcc=%t/two.c module=%t/three.c

//--- main.c
#include <stdio.h>
#include <string.h>
static int Value = 1;
static int Zeroes[4];
static const char *const Names[] = {"main", "of main"};
static __attribute__((noinline)) int helper(int N) {
  static int Calls;
  return N + Value + ++Calls + Zeroes[0]++;
}
int one(int), two(int), three(int);
int main(void) {
  for (int I = 0; I != 3; ++I)
    printf("%d %d %d %d\n", helper(I), one(I), two(I), three(I));
  // libc's own, although a part has a static one.
  printf("%s %s\n", strrchr("a/b/c", '/'), Names[1]);
}
//--- one.c
#include <stdio.h>
static int Value = 10;
static int Zeroes[4];
static const char *const Names[] = {"one", "of one"};
static __attribute__((noinline)) int helper(int N) {
  static int Calls;
  return N + Value + ++Calls + Zeroes[0]++;
}
static __attribute__((noinline)) char *index(int N) {
  static char Text[] = "own index";
  return Text + N % 2;
}
int one(int N) {
  printf("%s %s\n", index(N), Names[N % 2]);
  return helper(N);
}
//--- two.c
static int Value = 100;
static int Zeroes[4];
static const char *const Names[] = {"two", "of two"};
static __attribute__((noinline)) int helper(int N) {
  static int Calls;
  return N + Value + ++Calls + Zeroes[0]++ + Names[0][0];
}
static __attribute__((noinline)) int malloc(int N) { return N * 3; }
static __attribute__((noinline)) int strrchr(int N) { return N * 7; }
int (*volatile Pointer)(int) = strrchr;
int two(int N) { return helper(N) + malloc(N) + Pointer(N); }
//--- three.c
static int Value = 1000;
static int Zeroes[4];
static __attribute__((noinline)) int helper(int N) {
  static int Calls;
  return N + Value + ++Calls + Zeroes[0]++;
}
static __attribute__((noinline)) int printf(int N) { return N * 5; }
int three(int N) { return helper(N) + printf(N); }

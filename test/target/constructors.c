// Do constructors and destructors run in their order on other machines?
// REQUIRES: other-machines
// RUN: %same-on-targets --status 4 %s -- one two

#include <stdio.h>
#include <stdlib.h>

static int Steps;

__attribute__((constructor(201))) static void second(void) {
  printf("second %d\n", Steps++);
}
__attribute__((constructor(101))) static void first(int Count, char **Values) {
  printf("first %d, %d arguments, the last is %s\n", Steps++, Count,
         Values[Count - 1]);
}
__attribute__((constructor)) static void last(void) {
  printf("last %d\n", Steps++);
}
__attribute__((destructor)) static void end(void) {
  printf("destructor %d\n", Steps++);
}
static void atEnd(void) { printf("atexit %d\n", Steps++); }

int main(int Count, char **Values) {
  atexit(atEnd);
  printf("main %d %d %s\n", Steps++, Count, Values[1]);
  return Steps;
}

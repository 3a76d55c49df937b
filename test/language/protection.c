// Is what must not be written or executed protected, and dies of SIGSEGV?
// RUN: %same %s --case "-11 constant" --case "-11 literal" --case "-11 code" \
// RUN:   --case "-11 relocated" --case "-11 table" --case "-11 data" --case "-11 zero" \
// RUN:   --case "-11 heap" --case "-11 stack" --case "-11 array" --case "0 writable"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int one(void) { return 1; }
static int two(void) { return 2; }
static volatile const int Constant = 5;
static int (*const Relocated[])(void) = {one, two};
static char Return[64] = {(char)0xc3};
static char Zero[64];
__attribute__((section(".fini_array"),
               used)) static int (*const InArray)(void) = one;

static void write4(const volatile void *target) { *(volatile int *)target = 0; }
static void execute(void *target) { ((void (*)(void))target)(); }

int main(int argc, char **argv) {
  const char *way = argv[1];
  char local[64] = {(char)0xc3};
  static void *labels[] = {&&here, &&there};
  printf("%s\n", way);
  fflush(stdout);
  if (!strcmp(way, "constant"))
    write4(&Constant);
  if (!strcmp(way, "literal"))
    write4("a string literal");
  if (!strcmp(way, "code"))
    write4((void *)(intptr_t)main);
  if (!strcmp(way, "relocated"))
    write4(Relocated);
  if (!strcmp(way, "table"))
    switch (argc) {
    default: {
      static const char *const Names[] = {"zero", "one", "two"};
      write4(&Names[argc]);
    }
    }
  if (!strcmp(way, "data"))
    execute(Return);
  if (!strcmp(way, "zero"))
    execute(Zero);
  if (!strcmp(way, "heap")) {
    char *block = malloc(64);
    *block = (char)0xc3;
    execute(block);
  }
  if (!strcmp(way, "stack"))
    execute(local);
  if (!strcmp(way, "array"))
    write4(&InArray);
  write4(Return);
  write4(Zero);
  goto *labels[argc >> 1];
here:
  return 1;
there:
  return 0;
}

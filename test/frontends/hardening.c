// Do programs run as natively that the compiler hardened: and do they die as
// natively of what hardening finds?
//
// RUN: %same --levels=2 --flags=-fstack-protector-all --link=-lm %everything.c
// RUN: %same --levels=2 --flags=-fcf-protection=full --link=-lm %everything.c
// RUN: %same --levels=2 --flags="-fstack-clash-protection -fzero-call-used-regs=used" --link=-lm %everything.c
// RUN: %same --levels=2 --flags=-ftrivial-auto-var-init=pattern --link=-lm %everything.c
// RUN: %same --levels=2 --flags="-mretpoline -mharden-sls=all" --link=-lm %everything.c
// RUN: %same --levels=2 --flags="-D_FORTIFY_SOURCE=2" --link=-lm %everything.c
// RUN: %same --levels=1 --flags="-fstack-protector-all -fcf-protection=full -fstack-clash-protection -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -ftrivial-auto-var-init=zero" --link=-pthread %everything.cpp
//
// Too many characters in the stack and in the heap, and an overflow; a signal's
// number is negative here.
// RUN: %same --flags="-fstack-protector-all" %s --case "0 stack 3" --case "-6 stack 300"
// RUN: %same --levels=2 --flags="-D_FORTIFY_SOURCE=2" %s --case "0 heap 3" --case "-6 heap 300"
// RUN: %same --levels=1 --flags="-ftrapv" %s --case "0 trap 1" --case "-4 trap 2147483647"
// RUN: %same --levels=1 --flags="-fsanitize=undefined -fsanitize-trap=undefined" %s \
// RUN:   --case "0 trap 1" --case "-4 trap 2147483647"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static void fill(char *Text, int Length) {
  for (int I = 0; I != Length; ++I)
    ((volatile char *)Text)[I] = 'x';
}

__attribute__((noinline)) static int onStack(int Length) {
  char Text[8];
  fill(Text, Length);
  return Text[0] == 'x';
}

__attribute__((noinline)) static int inHeap(int Length) {
  char Source[400] = {0};
  fill(Source, Length);
  char *Text = malloc(16);
  strcpy(Text, Source);
  return Text[0] == 'x';
}

int main(int Count, char **Values) {
  int Number = atoi(Values[2]), Good = 1;
  puts(Values[1]);
  fflush(stdout);
  if (!strcmp(Values[1], "stack"))
    Good = onStack(Number);
  else if (!strcmp(Values[1], "heap"))
    Good = inHeap(Number);
  else
    Good = Number + 1 > 0;
  puts(Good ? "good" : "bad");
  return !Good;
}

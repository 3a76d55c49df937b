// Do dladdr and backtrace_symbols, which a library calls, know functions whose code
// came while the program ran, as natively: exported ones by their names, and others
// not? And does dlsym go on finding the function itself?
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -shared -fPIC -DLIBRARY %s -o libasks.so
// RUN: %clang -O1 -c -emit-llvm %s -o prog.bc && %clang -O1 -fno-pic -c %s -o prog.o
// RUN: %clang -rdynamic -no-pie prog.o -L. -lasks -Wl,-rpath,. -o prog
// RUN: ./prog > expected && FileCheck %s --input-file expected
// DEFINE: %{run} = %remote-run --lazy=on -rdynamic -L. -lasks
// RUN: %{run} --stats prog.bc 2> stats | diff expected -
// RUN: FileCheck %s --check-prefix LATE < stats
// RUN: %{run} -O0 prog.bc | diff expected -
// RUN: %{run} -j1 prog.bc | diff expected -
//
// So do those that are called in the program itself.
// RUN: %clang -O1 -c -emit-llvm -DLIBRARY %s -o asks.bc
// RUN: %remote-run --lazy=on -rdynamic --extra-module=asks.bc prog.bc | diff expected -
//
// What an earlier run has compiled is known in the next one, linked anew or not, and
// what is compiled beside that.
// RUN: %{run} --cache=cache prog.bc | diff expected -
// RUN: %{run} --cache=cache prog.bc | diff expected -
// RUN: %{run} --cache=cache prog.bc | diff expected -
// RUN: %{run} --cache=cache prog.bc more | FileCheck %s --check-prefixes=CHECK,MORE
// RUN: %{run} --cache=cache prog.bc more | FileCheck %s --check-prefixes=CHECK,MORE
// RUN: %{run} --cache=cache prog.bc more | FileCheck %s --check-prefixes=CHECK,MORE
//
// Who exports nothing is not known.
// RUN: %clang -no-pie prog.o -L. -lasks -Wl,-rpath,. -o prog
// RUN: ./prog > expected && FileCheck %s --check-prefix ALONE --input-file expected
// RUN: %remote-run --lazy=on -L. -lasks prog.bc | diff expected -
//
// CHECK: dladdr: inner nothing outer main
// CHECK-NEXT: backtrace_symbols: inner nothing outer main
// CHECK-NEXT: near their start: inner outer main
// CHECK-NEXT: found: inner outer main
// CHECK-NEXT: 22
// MORE: dladdr: other main
// MORE-NEXT: backtrace_symbols: other main
// MORE-NEXT: near their start: other main
// MORE-NEXT: found: other main
// ALONE: dladdr: nothing nothing nothing nothing
// ALONE-NEXT: backtrace_symbols: nothing nothing nothing nothing
// LATE: late functions {{[1-9]}}
#include "Inputs/large.h"
#ifdef LIBRARY
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ask(int Depth) {
  void *Frames[16];
  int Count = backtrace(Frames, 16);
  Dl_info Its[16];
  if (Count < Depth + 1)
    return;
  char **Texts = backtrace_symbols(Frames, Count);
  printf("dladdr:");
  for (int I = 1; I <= Depth; ++I) {
    int IsKnown = dladdr(Frames[I], &Its[I]);
    printf(" %s", !IsKnown || !Its[I].dli_sname ? "nothing" : Its[I].dli_sname);
  }
  printf("\nbacktrace_symbols:");
  for (int I = 1; I <= Depth; ++I) {
    char *Start = strchr(Texts[I], '('), *End = strpbrk(Start, "+)");
    printf(" %.*s", (int)(End == Start + 1 ? 7 : End - Start - 1),
           End == Start + 1 ? "nothing" : Start + 1);
  }
  printf("\nnear their start:");
  for (int I = 1; I <= Depth; ++I) {
    char *Name = strchr(Texts[I], '(') + 1, *Offset = strpbrk(Name, "+)");
    if (Offset != Name && strtol(Offset, NULL, 16) < 2000)
      printf(" %.*s", (int)(Offset - Name), Name);
  }
  printf("\nfound:");
  for (int I = 1; I <= Depth; ++I) {
    Dl_info Found;
    void *Symbol = Its[I].dli_sname ? dlsym(RTLD_DEFAULT, Its[I].dli_sname) : NULL;
    if (Symbol && Symbol == Its[I].dli_saddr && dladdr(Symbol, &Found) &&
        Found.dli_saddr == Symbol && strcmp(Found.dli_sname, Its[I].dli_sname) == 0)
      printf(" %s", Found.dli_sname);
  }
  puts("");
  free(Texts);
}
#else
#include <stdio.h>
void ask(int Depth);
__attribute__((noinline)) int inner(int X) {
  LARGE;
  ask(4);
  return X + 1;
}
__attribute__((noinline)) static int between(int X) {
  LARGE;
  return inner(X) * 2;
}
__attribute__((noinline)) int outer(int X) {
  LARGE;
  return between(X) + 10;
}
__attribute__((noinline)) int other(int X) {
  LARGE;
  ask(2);
  return X + 1;
}
int main(int Count, char **Arguments) {
  (void)Arguments;
  printf("%d\n", outer(5));
  return Count > 1 ? other(0) - 1 : 0;
}
#endif

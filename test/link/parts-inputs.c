// Do the parts of a program, other modules, objects and archives find one another, and
// does the definition that a linker takes win for all parts?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: rm -rf %t && %split %s %t
// RUN: %{parts} --object=%t/other.c %t/main.c
// RUN: %{parts} --module=%t/other.c %t/main.c
// RUN: %{parts} --archive=%t/other.c %t/main.c
// RUN: %{parts} --object=%t/other.c --flags='-fcommon -ffunction-sections' %t/main.c

//--- main.c
#include <stdio.h>
#define APART __attribute__((noinline))
// Strong elsewhere.
__attribute__((weak)) APART int overridden(int N) { return N; }
__attribute__((weak)) int OverriddenVariable = 1;
// Weak elsewhere.
APART int overriding(int N) { return N * 3; }
int OverridingVariable = 3;
// Weak in both: the first one counts.
__attribute__((weak)) APART int weakInBoth(int N) { return N * 4; }
__attribute__((weak)) int WeakVariable = 4;
// Common here, defined there, and the other way round.
int CommonHere;
int CommonThere = 5;
// Local in both.
static int Local = 6;
APART static int local(int N) { return N + Local; }
APART int raiseLocal(void) { return ++Local; }
APART int local1(int N) { return local(N); }
APART int local2(int N) { return local(N) * 2; }
extern int otherLocal(int);
// Called from there only.
APART int calledBack(int N) { return local(N) * 100; }
int ReadThere = 8;
// Needed by an archive.
int other(int N), *addressOfWeak(void), (*addressOfOverridden(void))(int);
APART int first(int N) { return overridden(N) + overriding(N) + weakInBoth(N); }
APART int second(int N) { return overridden(N) * 2 + OverriddenVariable; }
APART int third(void) { return OverridingVariable * 10 + WeakVariable; }
APART int fourth(void) { return CommonHere * 10 + CommonThere; }
int main(void) {
  printf("%d %d %d %d\n", first(1), second(2), third(), fourth());
  raiseLocal();
  printf("%d %d %d %d\n", local1(1), local2(1), otherLocal(1), other(1));
  printf("%d %d\n", addressOfWeak() == &WeakVariable,
         addressOfOverridden() == overridden);
  return 0;
}
//--- other.c
int overridden(int N) { return N * 50; }
int OverriddenVariable = 60;
__attribute__((weak)) int overriding(int N) { return N * 70; }
__attribute__((weak)) int OverridingVariable = 80;
__attribute__((weak)) int weakInBoth(int N) { return N * 90; }
__attribute__((weak)) int WeakVariable = 95;
#ifdef __GNUC__
__attribute__((common)) int CommonThere;
__attribute__((weak)) int CommonHere = 97;
#endif
static int Local = 16;
__attribute__((noinline)) static int local(int N) { return N - Local; }
int otherLocal(int N) { return local(N); }
extern int calledBack(int), ReadThere;
int other(int N) {
  return calledBack(N) + ReadThere + overridden(N) + overriding(N) +
         weakInBoth(N) + WeakVariable;
}
int *addressOfWeak(void) { return &WeakVariable; }
int (*addressOfOverridden(void))(int) { return overridden; }

// Are aliases, ifuncs, weak and common symbols one thing each in a program that is
// cut into parts?
//
// DEFINE: %{parts} = %python %inputs/parts.py --remote-run %bare-remote-run --llvm %llvm
// RUN: %{parts} --flags=-fcommon %s

#include <stdio.h>

#define APART __attribute__((noinline))
#define ALIAS(N) __attribute__((alias(#N)))

// Aliases of functions and variables, global, local and weak ones.
APART int target(int N) { return N + 1; }
int aliased(int N) ALIAS(target);
static int localAlias(int N) ALIAS(target);
APART static int localTarget(int N) { return N + 2; }
int aliasOfLocal(int N) ALIAS(localTarget);
static int localAliasOfLocal(int N) ALIAS(localTarget);
int weakAlias(int N) __attribute__((weak, alias("localTarget")));
int Variable = 5;
extern int VariableAlias ALIAS(Variable);
static int Local = 6;
extern int LocalAlias ALIAS(Local);
static const int Constant = 7;
extern const int ConstantAlias ALIAS(Constant);
static int (*Pointer)(int) = localTarget;
extern int (*PointerAlias)(int) ALIAS(Pointer);

APART int callAll(int N) {
  return aliased(N) + localAlias(N) * 10 + aliasOfLocal(N) * 100 +
         localAliasOfLocal(N) * 1000 + weakAlias(N) * 10000;
}
APART void raise(void) { ++VariableAlias, ++LocalAlias; }
APART int values(void) { return Variable * 100 + Local * 10 + ConstantAlias; }
APART int (*throughAlias(void))(int) { return PointerAlias; }

// Indirect functions.
APART static int fast(int N) { return N * 3; }
APART static int slow(int N) { return N * 5; }
static int (*chooseFast(void))(int) { return fast; }
static int (*chooseSlow(void))(int) { return slow; }
int indirect(int N) __attribute__((ifunc("chooseFast")));
static int localIndirect(int N) __attribute__((ifunc("chooseSlow")));
APART int callIndirect(int N) { return indirect(N) + localIndirect(N); }
APART int (*addressOfIndirect(void))(int) { return indirect; }
APART int (*addressOfLocal(void))(int) { return localIndirect; }
static int (*const IndirectTable[])(int) = {indirect, localIndirect};

// Weak and common ones.
__attribute__((weak)) APART int weak(int N) { return N * 7; }
__attribute__((weak)) int WeakVariable = 8;
extern int missing(void) __attribute__((weak));
extern int MissingVariable __attribute__((weak));
int Common;
APART int useWeak(int N) { return weak(N) + WeakVariable++; }
APART int *addressOfCommon(void) { return &Common; }
APART int isMissing(void) { return !missing && !&MissingVariable; }

int main(void) {
  printf("%d\n", callAll(1));
  raise();
  printf("%d %d\n", values(), throughAlias()(8));
  printf("%d %d %d\n", (void *)target == (void *)aliased,
         (void *)localAlias == (void *)aliased,
         (void *)&Variable == (void *)&VariableAlias);
  printf("%d %d\n", callIndirect(2), addressOfIndirect()(4));
  printf("%d %d\n", IndirectTable[0](6), addressOfLocal()(7));
  printf("%d %d\n", useWeak(1), useWeak(1));
  *addressOfCommon() = 4;
  printf("%d %d\n", Common, isMissing());
  return 0;
}

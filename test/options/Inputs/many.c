#include <stdio.h>

/* For passes to inline. */
static int easy(int X) { return X + 3; }

/* Enough for several parts. */
__attribute__((noinline)) int one(int X) { return X + 1; }
__attribute__((noinline)) int two(int X) { return one(X) + 2; }
__attribute__((noinline)) int three(int X) { return easy(two(X)); }
__attribute__((noinline)) int four(int X) { return three(X) + 4; }

int main(int Count, char **Values) { return printf("%d\n", four(Count + 4)) - 3; }

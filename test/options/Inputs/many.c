#include <stdio.h>

/* Enough for several parts. */
__attribute__((noinline)) int one(int X) { return X + 1; }
__attribute__((noinline)) int two(int X) { return one(X) + 2; }
__attribute__((noinline)) int three(int X) { return two(X) + 3; }
__attribute__((noinline)) int four(int X) { return three(X) + 4; }

int main(int Count, char **Values) { return printf("%d\n", four(Count + 4)) - 3; }

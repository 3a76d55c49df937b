// A program and, with LIBRARY, the library it needs: together they make a
// session send every message. The program replaces what the library refers to.
#include <stdio.h>

int half(void);
int whole(void);

#ifdef LIBRARY
__attribute__((weak)) int half(void) { return 0; }
int whole(void) { return 2 * half(); }
#else
#ifdef LARGE
// More than an executor has room for, if it is not asked for that.
__thread char Numbers[5000] = {[4999] = 21};
int half(void) { return Numbers[4999]; }
#else
int half(void) { return 21; }
#endif
#ifdef KEPT
// Enough to be asked for before it is sent.
static const char Ones[200000] = {[0 ... 199999] = 1};
#else
static const char Ones[4] = {1, 1, 1, 1};
#endif
int main(int argc, char **argv) {
  const volatile char *One = Ones;
  printf("%s is %d\n", argv[argc - 1], One[argc] * whole());
  return 3;
}
#endif

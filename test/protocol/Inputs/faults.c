// A program and, with LIBRARY, the library it needs: together they make a
// session send every message. The program replaces what the library refers to.
#include <stdio.h>

int half(void);
int whole(void);

#ifdef LIBRARY
__attribute__((weak)) int half(void) { return 0; }
int whole(void) { return 2 * half(); }
#else
int half(void) { return 21; }
int main(int argc, char **argv) {
  printf("%s is %d\n", argv[argc - 1], whole());
  return 3;
}
#endif

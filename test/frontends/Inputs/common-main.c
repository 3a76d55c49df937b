// Tentative definitions, which -fcommon merges: the largest counts, and one that
// is initialized wins.
#include <stdio.h>
int Shared;
char Sized[8];
int Initialized;
int addToShared(void), otherShared(void);
unsigned long sizeOfSized(void);
int main(void) {
  Shared = 5;
  Sized[sizeOfSized() - 1] = 7;
  printf("%d %d %d %d\n", addToShared(), otherShared(), Initialized,
         (int)sizeOfSized());
}

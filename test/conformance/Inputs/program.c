// All programs of the toy suite: END is where they differ.

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
  fputs("output\n", stdout);
  fputs("errors\n", stderr);
  END;
  return 0;
}

/* Is a link to remote-run that is named after a program that program, to
 * whatever starts it?
 *
 * RUN: rm -rf %t && mkdir -p %t/native %t/remote/elsewhere
 * RUN: %clang -O1 %s -o %t/native/prog
 * RUN: %clang -O1 -c -emit-llvm %s -o %t/remote/prog.bc
 * RUN: ln -s %bare-remote-run %t/remote/elsewhere/link
 * RUN: ln -s elsewhere/link %t/remote/prog
 * RUN: %python %S/Inputs/program-link.py same %t/native %t/remote
 * RUN: %python %S/Inputs/program-link.py link %bare-remote-run %t/remote
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Prints its arguments and what a caller gave it; "again" as the first starts it
 * once more, by the name that it has been called by. */
int main(int Count, char **Values) {
  const char *Options = getenv("REMOTE_RUN_OPTIONS");
  for (int I = 0; I != Count; ++I)
    printf("[%s]", Values[I]);
  printf(" %s\n", Options ? Options : "none");
  fflush(stdout);
  if (Count < 2)
    return 0;
  if (strcmp(Values[1], "again") == 0) {
    Values[1] = Values[0];
    execvp(Values[0], Values + 1);
    perror("execvp");
    return 99;
  }
  return atoi(Values[Count - 1]);
}

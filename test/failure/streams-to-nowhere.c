// Does the guest notice a full disk and closed streams as natively?
//
// RUN: %clang %s -o %t
// RUN: %clang -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/nowhere.py %t %bare-remote-run %t.bc

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/// 0 if it worked, else errno, which is small enough for half a status.
static int tryToSay(FILE *stream) {
  errno = 0;
  if (fputs("something\n", stream) >= 0 && fflush(stream) == 0)
    return 0;
  return errno & 15;
}

int main(void) {
  char c;
  int status = tryToSay(stdout) ^ tryToSay(stderr) << 4;
  return read(0, &c, 1) < 0 ? status + 1 : status;
}

// Does the delaying stand-in for the stub leave alone all that a shell can see?
//
// Its standard streams, its end by a status or by a signal, and a failure's
// reason, which is still on the way when the real stub is gone.
// RUN: %same --levels 0 --under "env REMOTE_RUN_DELAYED_STUB=%remote-stub" \
// RUN:   --remote "--stub=%tools/delayed_stub.py --fake-argv0=prog" --stdin %s \
// RUN:   --case "3 status" --case "-15 TERM" --case "-6 ABRT" --case "-9 KILL" \
// RUN:   %s
// RUN: %clang -c -emit-llvm %s -o %t.bc
// RUN: env REMOTE_RUN_DELAYED_STUB=%remote-stub not %remote-run \
// RUN:   --stub=%tools/delayed_stub.py --dlopen=%t.nowhere.so %t.bc TERM 2>&1 \
// RUN:   | FileCheck %s --match-full-lines
// CHECK: remote-run: error: {{.*}}nowhere.so: cannot open shared object file{{.*}}

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  char line[80];
  if (fgets(line, sizeof(line), stdin))
    fputs(line, stderr);
  printf("%d %s\n", argc, argv[1]);
  fflush(stdout);
  if (strcmp(argv[1], "TERM") == 0)
    raise(SIGTERM);
  if (strcmp(argv[1], "ABRT") == 0)
    abort();
  if (strcmp(argv[1], "KILL") == 0)
    raise(SIGKILL);
  return 3;
}

// Under valgrind the executor cannot start anew, for room that many thread-local
// variables need: IR has them nevertheless, under its eyes, and an object is refused.
// UNSUPPORTED: sanitized-executor, sanitized-controller
// RUN: %clang -c -emit-llvm -DVARIABLES -DMAIN %s -o %t.bc
// DEFINE: %{valgrind} = %remote-run --executor-timeout=60 --launcher="valgrind -q --error-exitcode=42"
// RUN: not %{valgrind} %t.bc 2>&1 | FileCheck %s
// CHECK: Invalid read of size 4
// CHECK: 7 5
// RUN: %clang -c -DVARIABLES %s -o %t.o
// RUN: %clang -c -emit-llvm -DMAIN %s -o %t.main.bc
// RUN: not %{valgrind} --extra-object=%t.o %t.main.bc 2>&1 | FileCheck %s --check-prefix=REFUSED
// REFUSED: error: cannot link object '{{.*}}': its thread-local variables do not fit into the 1024 bytes
#include <stdio.h>
#include <stdlib.h>

extern __thread char Many[5000];
extern __thread int Five;
#ifdef VARIABLES
__thread char Many[5000];
__thread int Five = 5;
#endif
#ifdef MAIN
int main(void) {
  Many[4999] = 7;
  int *volatile Freed = malloc(sizeof(int));
  free(Freed);
  int Read = *Freed;
  printf("%d %d\n", Many[4999], Five);
  return Read == 1;
}
#endif

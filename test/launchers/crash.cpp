// Is a crash at the far end reported as one beside us is, with its lines?
//
// UNSUPPORTED: sanitized-executor
// RUN: %clangxx -g -O1 -c -emit-llvm %s -o %t.bc
// RUN: not %remote-run --signal-exit-status --no-core %t.bc 2>&1 | FileCheck %s
// RUN: not %remote-run --signal-exit-status --no-core --stdio=forward %t.bc 2>&1 | FileCheck %s
// RUN: not %remote-run --signal-exit-status --no-core --launcher="bwrap --bind / /" %t.bc 2>&1 | FileCheck %s
// RUN: %sshd %t.ssh not %remote-run --signal-exit-status --no-core --launcher='ssh -F %t.ssh/config there' %t.bc 2>&1 | FileCheck %s
// RUN: %sshd %t.ssh not %remote-run --signal-exit-status --no-core --launcher='ssh -F %t.ssh/config there' --remote-stub-path=%remote-stub %t.bc 2>&1 | FileCheck %s
//
// CHECK: remote-run: error: program '{{.*}}' was killed by signal 11 (SIGSEGV, Segmentation fault): null pointer write at 0x0
// CHECK-NEXT: thread {{[0-9]+}} (main)
// CHECK-NEXT: #0 store(int*) at {{.*}}crash.cpp:[[# @LINE + 6]]:
// CHECK-NEXT: #1 main at {{.*}}crash.cpp:[[# @LINE + 9]]:
// CHECK-NOT: #2

__attribute__((noinline)) void store(int *Where) {
  // No tail call.
  *Where = 1;
  asm volatile("");
}
int main(int argc, char **) {
  store(argc ? nullptr : &argc);
  return argc;
}

// Does -fprofile-instr-generate write the same counts as natively, and --coverage
// the same file, where the compiler's profiling library is an archive?
//
// The sanitizer has a qsort of its own, which compares in another order.
// UNSUPPORTED: sanitized-executor
// RUN: rm -rf %t && mkdir %t && cd %t
// DEFINE: %{flags} = -O1
// DEFINE: %{native} = %clang %{flags} %s -o prog
// DEFINE: %{ir} = %clang %{flags} -c -emit-llvm %s -o prog.bc
// DEFINE: %{remote} = %remote-run --extra-archive=%runtimes/libclang_rt.profile-x86_64.a prog.bc
// DEFINE: %{compare} = %llvm/llvm-profdata merge -o native.profdata native.profraw \
// DEFINE:   && %llvm/llvm-profdata merge -o remote.profdata remote.profraw \
// DEFINE:   && %llvm/llvm-profdata show --all-functions --counts native.profdata > native.txt \
// DEFINE:   && %llvm/llvm-profdata show --all-functions --counts remote.profdata > remote.txt \
// DEFINE:   && cmp native.txt remote.txt
//
// By the front end, for coverage, with exit and with return.
// REDEFINE: %{flags} = -O1 -fprofile-instr-generate -fcoverage-mapping
// RUN: %{native}
// RUN: %{ir}
// RUN: env LLVM_PROFILE_FILE=native.profraw ./prog 1
// RUN: env LLVM_PROFILE_FILE=remote.profraw %{remote} 1
// RUN: %{compare}
// RUN: FileCheck %s <remote.txt
// CHECK: main:
// CHECK: Function count: 1
// CHECK: collatz:
// CHECK: Function count: 2999
// RUN: %llvm/llvm-cov report ./prog -instr-profile=native.profdata > native.txt
// RUN: %llvm/llvm-cov report ./prog -instr-profile=remote.profdata > remote.txt
// RUN: cmp native.txt remote.txt
// RUN: not env LLVM_PROFILE_FILE=native.profraw ./prog 4
// RUN: not env LLVM_PROFILE_FILE=remote.profraw %{remote} 4
// RUN: %{compare}
//
// In the IR, with values of calls; and what a profile then optimizes.
// REDEFINE: %{flags} = -O2 -fprofile-generate
// RUN: %{native}
// RUN: %{ir}
// RUN: env LLVM_PROFILE_FILE=native.profraw ./prog 1
// RUN: env LLVM_PROFILE_FILE=remote.profraw %{remote} 1
// RUN: %{compare}
// RUN: %same %s --levels=2 --flags=-fprofile-use=%t/remote.profdata --case "0 1" --case "4 4"
//
// The name of the file is in the IR; and every function in the archive can be
// called.
// REDEFINE: %{flags} = -O1 -fprofile-instr-generate=remote.profraw -DRESET
// RUN: rm remote.profraw
// RUN: %{ir}
// RUN: %{remote} 1
// RUN: %llvm/llvm-profdata show --all-functions --counts remote.profraw \
// RUN:   | FileCheck %s --check-prefix=RESET
// RESET: collatz:
// RESET: Function count: 0
//
// gcov's files.
// REDEFINE: %{flags} = -O0 --coverage
// RUN: mkdir native remote
// RUN: cd %t/native && %clang -O0 --coverage -c %s -o prog.o && %clang --coverage prog.o -o prog && ./prog 1
// RUN: cd %t/remote && %clang -O0 --coverage -c -emit-llvm %s -o prog.o && %remote-run \
// RUN:   --extra-archive=%runtimes/libclang_rt.profile-x86_64.a prog.o 1
// RUN: cmp %t/native/prog.gcda %t/remote/prog.gcda

#include <stdio.h>
#include <stdlib.h>

#ifdef RESET
void __llvm_profile_reset_counters(void);
#else
static void __llvm_profile_reset_counters(void) {}
#endif

__attribute__((noinline)) static int collatz(unsigned long Number) {
  int Steps = 0;
  while (Number != 1) {
    Number = Number % 2 ? 3 * Number + 1 : Number / 2;
    ++Steps;
  }
  return Steps;
}

static int compare(const void *A, const void *B) {
  return *(const int *)A - *(const int *)B;
}

int main(int Count, char **Values) {
  int Steps[100], (*Compare)(const void *, const void *) = compare;
  for (int I = 1; I != 3000; ++I)
    Steps[I % 100] = collatz(I);
  qsort(Steps, 100, sizeof(int), Compare);
  printf("%d %d\n", Steps[0], Steps[99]);
  switch (atoi(Values[1])) {
  case 1: puts("one"); break;
  case 2: puts("two"); break;
  default: exit(4);
  }
  __llvm_profile_reset_counters();
  return 0;
}

// Do the other sanitizers of clang find what they look for, where their runtime
// library is in LD_PRELOAD?
//
// LD_PRELOAD is remote-run's, too, and a process cannot have two sanitizers.
// UNSUPPORTED: sanitized-executor, sanitized-controller
//
// DEFINE: %{asan} = %runtimes/libclang_rt.asan-x86_64.so
// DEFINE: %{address} = %same --flags="-g -fsanitize=address" \
// DEFINE:   --link="-shared-libsan -Wl,-rpath,%runtimes -pthread -lm" \
// DEFINE:   --under "env LD_PRELOAD=%{asan} ASAN_OPTIONS=detect_leaks=1"
// RUN: %{address} --status 0 %s -- none
// RUN: %{address} %everything.c
// RUN: %{address} --levels=0 %everything.cpp
//
// The reports themselves have addresses and, natively, names in them.
// RUN: %clang -g -fsanitize=address -c -emit-llvm %s -o %t.bc
// RUN: not env LD_PRELOAD=%{asan} %remote-run %t.bc freed 2>&1 | FileCheck %s --check-prefix=FREED
// RUN: not env LD_PRELOAD=%{asan} %remote-run %t.bc global 2>&1 | FileCheck %s --check-prefix=GLOBAL
// RUN: not env LD_PRELOAD=%{asan} %remote-run %t.bc stack 2>&1 | FileCheck %s --check-prefix=STACK
// RUN: not env LD_PRELOAD=%{asan} %remote-run %t.bc leak 2>&1 | FileCheck %s --check-prefix=LEAK
// FREED: ERROR: AddressSanitizer: heap-use-after-free
// FREED: freed by thread T0
// GLOBAL: ERROR: AddressSanitizer: global-buffer-overflow
// GLOBAL: 0 bytes after global variable 'Table' defined in '{{.*}}sanitizers.c:{{[0-9]+}}'
// GLOBAL: SUMMARY: AddressSanitizer: global-buffer-overflow {{.*}}sanitizers.c:{{[0-9]+}}:{{[0-9]+}} in sum
// STACK: ERROR: AddressSanitizer: stack-buffer-overflow
// STACK: 'Local' {{.*}} <== Memory access at offset {{.*}} overflows this variable
// LEAK: ERROR: LeakSanitizer: detected memory leaks
// LEAK: SUMMARY: AddressSanitizer: 48 byte(s) leaked in 1 allocation(s).
//
// RUN: %clang -g -fsanitize=thread -c -emit-llvm %s -o %t.bc
// DEFINE: %{thread} = env LD_PRELOAD=%runtimes/libclang_rt.tsan-x86_64.so %remote-run %t.bc
// RUN: %{thread} none 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not %{thread} race 2>&1 | FileCheck %s --check-prefix=RACE
// NONE-NOT: WARNING
// NONE: 2000
// NONE-NOT: WARNING
// RACE: WARNING: ThreadSanitizer: data race
// RACE: Write of size 4
// RACE: Previous write of size 4
//
// Two stacks; the second one's library is an archive.
// DEFINE: %{safe} = %same --flags=-fsanitize=safe-stack --link="-fsanitize=safe-stack -lm -pthread" \
// DEFINE:   --remote=--extra-archive=%runtimes/libclang_rt.safestack-x86_64.a
// RUN: %{safe} --status 0 %s -- none
// RUN: %{safe} %everything.c
// RUN: %{safe} --levels=2 %everything.cpp

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int Shared;
int Table[6];

static void *count(void *Argument) {
  for (int I = 0; I != 1000; ++I)
    ++Shared;
  return Argument;
}

__attribute__((noinline)) static int sum(const int *Values, int Count) {
  int Sum = 0;
  for (int I = 0; I != Count; ++I)
    Sum += Values[I];
  return Sum;
}

int main(int Count, char **Values) {
  const char *What = Values[1];
  int Local[5] = {1, 2, 3, 4, 5}, *Heap = calloc(12, sizeof(int));
  pthread_t Thread;
  pthread_create(&Thread, NULL, count, NULL);
  int Race = strcmp(What, "race") == 0;
  if (!Race)
    pthread_join(Thread, NULL);
  count(NULL);
  if (Race)
    pthread_join(Thread, NULL);
  else
    printf("%d\n", Shared);
  printf("%d\n", sum(Table, strcmp(What, "global") ? 6 : 7));
  printf("%d\n", sum(Local, strcmp(What, "stack") ? 5 : 6));
  if (strcmp(What, "leak"))
    free(Heap);
  if (strcmp(What, "freed") == 0)
    printf("%d\n", sum(Heap, 12));
  Heap = NULL;
  return 0;
}

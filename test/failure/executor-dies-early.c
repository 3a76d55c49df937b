// Is an executor that dies before the guest starts told from a guest that dies?
//
// Here a library's own constructor kills it. That is the program's end, as natively,
// unless there is no image: then libraries are loaded before.
// RUN: %clang -DLIBRARY -shared -fPIC %s -o %t.so
// RUN: %clang -c -emit-llvm %s -o %t.bc
// RUN: %refused %remote-run --image=false --disable-core-files --dlopen=%t.so %t.bc | FileCheck %s
// RUN: not --crash %remote-run --disable-core-files --dlopen=%t.so %t.bc 2>&1 | FileCheck %s --check-prefix=PROGRAM
// RUN: %remote-run %t.bc | FileCheck %s --check-prefix=ALONE

// CHECK: remote-run: error: executor '{{.*}}/remote-stub' was killed by signal 6 (SIGABRT, Aborted){{.*}} before the guest was started

// PROGRAM: remote-run: error: program '{{.*}}' was killed by signal 6 (SIGABRT, Aborted)
// PROGRAM: die in {{.*}}.so

// ALONE: ran

#include <stdio.h>
#include <stdlib.h>

#ifdef LIBRARY
__attribute__((constructor)) static void die(void) { abort(); }
#else
int main(void) { return puts("ran") < 0; }
#endif

// Does no code of a library that could wait for ever run for a report?
//
// The exception's what() takes a lock that the dying thread has. (libstdc++'s
// own message, which would ask it as well, is left out.)
// UNSUPPORTED: sanitized-executor
// RUN: %clangxx -O1 -w -shared -fPIC %S/Inputs/foreign-exception.cpp -o %t.so
// RUN: %clangxx -O1 -c -emit-llvm %s -o %t.bc
// RUN: not --crash %remote-run --disable-core-files --dlopen=%t.so %t.bc 2>&1 | FileCheck %s
// CHECK: was killed by signal 6 (SIGABRT, Aborted): uncaught exception of type Foreign
// CHECK-NOT: of the library
// CHECK: {{#[0-9]+ main}}

#include "Inputs/foreign-exception.h"
#include <cstdlib>

int main() {
  std::set_terminate(std::abort);
  throwWithLock();
}

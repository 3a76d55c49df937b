// Is bitcode that is cut off refused, wherever that is?
// RUN: %clang -O1 -g -c -emit-llvm %s -o %t.bc
// RUN: %python %S/Inputs/truncated.py %t.bc %t.cut.bc %remote-run
// RUN: %remote-run %t.bc | FileCheck %s
// CHECK: ran

#include <stdio.h>

int main(void) { return puts("ran") < 0; }
